package dev.pawl.lock;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.LockResource;

/**
 * Says which grant was lost and why. Immutable.
 *
 * @param resource what was locked
 * @param token the token of the handle that was lost
 * @param cause why
 */
public record LockLost(LockResource resource, FencingToken token, LossCause cause) {}
