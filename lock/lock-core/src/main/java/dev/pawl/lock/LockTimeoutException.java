package dev.pawl.lock;

import dev.pawl.common.CoordinationException;
import dev.pawl.lock.spi.LockResource;
import java.time.Duration;

/** A lock was not to be had within the time that the caller was ready to wait. */
public final class LockTimeoutException extends CoordinationException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param resource what was wanted
     * @param maxWait how long the caller was ready to wait
     */
    public LockTimeoutException(LockResource resource, Duration maxWait) {
        super("lock was not to be had in time: resource=" + resource + ", maxWait=" + maxWait);
    }
}
