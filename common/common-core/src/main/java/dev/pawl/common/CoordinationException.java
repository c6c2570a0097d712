package dev.pawl.common;

import org.jspecify.annotations.Nullable;

/**
 * The root of what Pawl throws when coordination fails at run time. Programming mistakes are
 * {@link IllegalArgumentException} and {@link IllegalStateException} instead; "busy" and "empty" are results.
 */
public abstract class CoordinationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message the rule that was broken and the values that broke it
     */
    protected CoordinationException(String message) {
        super(message);
    }

    /**
     * Makes the exception with its cause.
     *
     * @param message the rule that was broken and the values that broke it
     * @param cause what failed underneath
     */
    protected CoordinationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
