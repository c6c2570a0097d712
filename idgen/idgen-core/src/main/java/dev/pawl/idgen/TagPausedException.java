package dev.pawl.idgen;

import dev.pawl.common.CoordinationException;

/**
 * An operator has paused the tag. Ids that were reserved before go on; the store hands out no more until the tag is resumed.
 */
public final class TagPausedException extends CoordinationException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message the rule that was broken and the values that broke it
     */
    public TagPausedException(String message) {
        super(message);
    }
}
