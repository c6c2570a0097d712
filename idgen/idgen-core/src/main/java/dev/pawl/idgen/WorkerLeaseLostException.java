package dev.pawl.idgen;

import dev.pawl.common.CoordinationException;

/**
 * Another instance has taken over the worker id, or an operator has revoked it, and the generator was told not to lease
 * another one. No id of the old owner's ticks is given any more; it takes a new generator.
 */
public final class WorkerLeaseLostException extends CoordinationException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message the rule that was broken and the values that broke it
     */
    public WorkerLeaseLostException(String message) {
        super(message);
    }
}
