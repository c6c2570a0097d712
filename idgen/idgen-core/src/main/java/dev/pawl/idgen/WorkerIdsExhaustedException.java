package dev.pawl.idgen;

import dev.pawl.common.CoordinationException;
import java.time.Instant;
import java.util.Objects;

/** All worker ids of the space are leased. {@link #earliestFree()} tells when the first of them may come free. */
public final class WorkerIdsExhaustedException extends CoordinationException {

    private static final long serialVersionUID = 1L;

    private final Instant earliestFree;

    /**
     * Makes the exception.
     *
     * @param message the rule that was broken and the values that broke it
     * @param earliestFree when the first lease ends if it is not renewed, on the wall clock
     */
    public WorkerIdsExhaustedException(String message, Instant earliestFree) {
        super(message);
        this.earliestFree = Objects.requireNonNull(earliestFree, "earliestFree");
    }

    /**
     * Returns when the first lease ends if it is not renewed.
     *
     * @return an instant on the wall clock
     */
    public Instant earliestFree() {
        return earliestFree;
    }
}
