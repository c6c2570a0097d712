package dev.pawl.idgen;

import dev.pawl.common.CoordinationException;

/**
 * Two clocks are further apart than is allowed: this one is ahead of the store's, or an id that a caller has seen is ahead of
 * this one. Nothing was taken. It takes a look at the clocks of both sides.
 */
public final class ClockSkewException extends CoordinationException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message the rule that was broken and the values that broke it
     */
    public ClockSkewException(String message) {
        super(message);
    }
}
