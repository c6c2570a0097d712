package dev.pawl.testkit;

import dev.pawl.fencing.FenceGuard;
import dev.pawl.fencing.FencingToken;
import java.util.function.LongUnaryOperator;

/** One resource as {@link FenceGuardTck} uses it: a number behind the guard that is tested, 0 at first. */
public interface FencedNumber {

    /**
     * Returns the guard of the resource.
     *
     * @return the guard, of a new instance for each number opened
     */
    FenceGuard guard();

    /**
     * Reads the number as any program would that has entered.
     *
     * @return the number
     */
    long read();

    /**
     * Changes the number in the way that the guard tells its users to: where it is atomic with the effect, the check and the
     * change are one step.
     *
     * @param token the holder's token
     * @param change makes the new number of the old one; may wait for a moment
     * @throws dev.pawl.fencing.StaleTokenException if a later holder has entered
     * @throws dev.pawl.fencing.NotEnteredException if this one has not
     * @throws dev.pawl.fencing.IssuerMismatchException if the resource is bound to another issuer
     */
    void update(FencingToken token, LongUnaryOperator change);

    /**
     * Does what an administrator does to move the resource to an issuer.
     *
     * @param issuer who counts from now on
     * @param floor the least number to accept
     */
    void reset(String issuer, long floor);
}
