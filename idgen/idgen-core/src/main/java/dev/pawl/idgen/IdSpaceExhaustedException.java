package dev.pawl.idgen;

import dev.pawl.common.CoordinationException;

/**
 * The ids are used up: the layout's last tick has passed, or the tag has reached its greatest id. Waiting does not help.
 */
public final class IdSpaceExhaustedException extends CoordinationException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message the rule that was broken and the values that broke it
     */
    public IdSpaceExhaustedException(String message) {
        super(message);
    }
}
