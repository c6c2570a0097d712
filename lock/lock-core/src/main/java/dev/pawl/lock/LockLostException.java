package dev.pawl.lock;

import dev.pawl.common.CoordinationException;

/** A holder wanted to go on with a lock that it has lost: others may hold it. */
public final class LockLostException extends CoordinationException {

    private static final long serialVersionUID = 1L;

    private final transient LockLost lost;

    /**
     * Makes the exception.
     *
     * @param lost what was lost and why
     */
    public LockLostException(LockLost lost) {
        super("lock was lost: resource=" + lost.resource() + ", token="
                + lost.token().value() + ", cause=" + lost.cause());
        this.lost = lost;
    }

    /**
     * Makes the exception for a handle that holds its lock, but not for as long as was asked for.
     *
     * @param lost what is as good as lost
     * @param message the rule and the values
     */
    LockLostException(LockLost lost, String message) {
        super(message);
        this.lost = lost;
    }

    /**
     * Tells what was lost.
     *
     * @return resource, token and cause
     */
    public LockLost lost() {
        return lost;
    }
}
