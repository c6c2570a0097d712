package dev.pawl.lock;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.lock.spi.LockResource;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Turns what a stage failed with into what a caller is to see, with the caller's own stack. */
final class Failures {

    private Failures() {}

    static RuntimeException of(LockResource resource, Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof BackendException known) {
            return new BackendException(
                    "lock could not be acquired: resource=" + resource + ": " + known.getMessage(),
                    known.outcome(),
                    known);
        }
        if (cause instanceof IllegalStateException closed) {
            return new IllegalStateException(closed.getMessage(), closed);
        }
        return unexpected(resource, cause);
    }

    private static RuntimeException unexpected(LockResource resource, @Nullable Throwable cause) {
        return new BackendException("lock could not be acquired: resource=" + resource, Outcome.UNKNOWN, cause);
    }
}
