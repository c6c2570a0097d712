package dev.pawl.common;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A store failed or did not answer in time. {@link #outcome()} says whether the request may have been applied: a caller
 * that repeats a request of outcome {@link Outcome#UNKNOWN} must be ready to find it done already.
 */
public final class BackendException extends CoordinationException {

    private static final long serialVersionUID = 1L;

    /** What is known of a request that failed. */
    public enum Outcome {
        /** The store did certainly not apply the request. */
        NOT_APPLIED,
        /** The store may or may not have applied the request, or may still apply it. */
        UNKNOWN
    }

    private final Outcome outcome;

    /**
     * Makes the exception.
     *
     * @param message what was asked of which store
     * @param outcome whether the request may have been applied
     * @param cause the client's exception, or null where there is none
     */
    public BackendException(String message, Outcome outcome, @Nullable Throwable cause) {
        super(message, cause);
        this.outcome = Objects.requireNonNull(outcome, "outcome");
    }

    /**
     * Tells what is known of the request.
     *
     * @return whether it may have been applied
     */
    public Outcome outcome() {
        return outcome;
    }
}
