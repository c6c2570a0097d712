package dev.pawl.idgen;

import dev.pawl.common.CoordinationException;

/**
 * Ids of another layout have been given in this worker-id space, so two generators could make the same number. Use the
 * same layout everywhere, or a space of its own for each.
 */
public final class LayoutMismatchException extends CoordinationException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message the rule that was broken and the values that broke it
     */
    public LayoutMismatchException(String message) {
        super(message);
    }
}
