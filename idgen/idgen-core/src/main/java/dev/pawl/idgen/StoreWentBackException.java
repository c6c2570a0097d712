package dev.pawl.idgen;

import dev.pawl.common.CoordinationException;

/**
 * The store offered a range at or below one that this instance was granted before: it was restored from an old backup,
 * flushed, or a replica that lagged was promoted. The range was not used. It takes an operator to move the store's mark
 * above every id that was ever given.
 */
public final class StoreWentBackException extends CoordinationException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message the rule that was broken and the values that broke it
     */
    public StoreWentBackException(String message) {
        super(message);
    }
}
