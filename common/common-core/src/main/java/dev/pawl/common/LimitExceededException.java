package dev.pawl.common;

/**
 * A bound that protects the caller or others was reached and waiting as long as allowed did not help, for example more
 * ids than the layout holds per tick. The same call may succeed later.
 */
public final class LimitExceededException extends CoordinationException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message the limit and the value that exceeded it
     */
    public LimitExceededException(String message) {
        super(message);
    }
}
