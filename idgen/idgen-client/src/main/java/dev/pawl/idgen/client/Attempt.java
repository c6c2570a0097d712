package dev.pawl.idgen.client;

import dev.pawl.common.BackendException;
import java.time.Duration;

/** What one request came to. */
sealed interface Attempt<T> {

    /** The service answered the question. */
    record Answered<T>(T value) implements Attempt<T> {}

    /**
     * It did not.
     *
     * @param reason why
     * @param elsewhere whether another service may well answer
     * @param pause how long the service wants to be left alone
     */
    record Failed<T>(BackendException reason, boolean elsewhere, Duration pause) implements Attempt<T> {}
}
