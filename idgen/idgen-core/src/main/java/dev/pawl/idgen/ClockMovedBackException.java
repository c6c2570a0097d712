package dev.pawl.idgen;

import dev.pawl.common.CoordinationException;

/**
 * The wall clock was set back further than the generator may run ahead of it. No state was touched by the ids that are missing;
 * the generator goes on by itself as soon as the clock has come back to the last id's tick.
 */
public final class ClockMovedBackException extends CoordinationException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message the rule that was broken and the values that broke it
     */
    public ClockMovedBackException(String message) {
        super(message);
    }
}
