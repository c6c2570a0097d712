package dev.pawl.fencing;

import dev.pawl.fencing.FencingToken.Kind;
import java.util.Objects;
import java.util.Optional;

/*
 * Two marks say all that is needed:
 *
 *   floor   below it every token is stale. A writer raises it to its own number, a permit to its floor, an administrator
 *           to what he sets; a reader leaves it.
 *   top     the highest token that has entered. Above it nobody has.
 *
 *             floor            top
 *   -- stale --|--- shared -----|--- not entered --->
 *
 * A reader or a permit passes between the two. A writer passes only where they meet at its number, and enters only at or
 * above the top: any later reader means that its own grant has ended.
 *
 * Example: writer 33 enters (33, 33); readers 35 and 34 enter, in this order (33, 35): both pass, 33 is stale. Writer 36
 * enters (36, 36): both readers are stale.
 */

/**
 * What a guard remembers of its resource, and what it decides by it: the one state machine of all guards, for those of
 * yours too. Immutable; a guard has to replace what it keeps by what {@link #enter} returns in one atomic step.
 *
 * @param issuer who counts the tokens that the resource accepts; empty before the first one
 * @param floor the least number that is not stale, at least 0
 * @param top the highest number that has entered, 0 if none has since the marks were set
 */
public record FenceMarks(Optional<String> issuer, long floor, long top) {

    /** The marks of a resource at which nobody has entered. */
    public static final FenceMarks NONE = new FenceMarks(Optional.empty(), 0, 0);

    /** Checks the marks. */
    public FenceMarks {
        Objects.requireNonNull(issuer, "issuer");
        issuer.ifPresent(TokenText::requireIssuer);
        if (floor < 0 || top < 0) {
            throw new IllegalArgumentException("floor and top must be >= 0: floor=" + floor + ", top=" + top);
        }
        if (issuer.isEmpty() && (floor > 0 || top > 0)) {
            throw new IllegalArgumentException("marks must have an issuer: floor=" + floor + ", top=" + top);
        }
    }

    /**
     * Makes the marks that an administrator sets: the resource moves to this issuer, whose tokens below the floor stay out.
     * Every holder has to enter anew.
     *
     * @param issuer who counts from now on
     * @param floor the least number to accept, at least 1
     * @return the marks
     * @throws IllegalArgumentException if issuer or floor are out of range
     */
    public static FenceMarks set(String issuer, long floor) {
        if (floor < 1) {
            throw new IllegalArgumentException("floor must be >= 1: floor=" + floor);
        }
        return new FenceMarks(Optional.of(issuer), floor, 0);
    }

    /**
     * Takes a holder in.
     *
     * @param resource the resource, for the message of a refusal
     * @param token the holder's token
     * @return the marks from now on; these same if they stay as they are
     * @throws StaleTokenException if a later holder has entered
     * @throws IssuerMismatchException if the resource is bound to another issuer
     */
    public FenceMarks enter(String resource, FencingToken token) {
        requireIssuer(resource, token);
        requireNotStale(resource, token);
        long newFloor = token.kind() == Kind.READ ? floor : Math.max(floor, token.floor());
        long newTop = Math.max(top, token.value());
        return issuer.isPresent() && newFloor == floor && newTop == top
                ? this
                : new FenceMarks(Optional.of(token.issuer()), newFloor, newTop);
    }

    /**
     * Passes if the holder has entered and no later one has.
     *
     * @param resource the resource, for the message of a refusal
     * @param token the holder's token
     * @throws StaleTokenException if a later holder has entered
     * @throws NotEnteredException if this one has not
     * @throws IssuerMismatchException if the resource is bound to another issuer
     */
    public void check(String resource, FencingToken token) {
        if (issuer.isEmpty()) {
            throw new NotEnteredException(resource, token, top);
        }
        requireIssuer(resource, token);
        requireNotStale(resource, token);
        boolean entered =
                token.kind() == Kind.EXCLUSIVE ? token.value() == floor && floor == top : token.value() <= top;
        if (!entered) {
            throw new NotEnteredException(resource, token, top);
        }
    }

    private void requireIssuer(String resource, FencingToken token) {
        if (issuer.isPresent() && !issuer.get().equals(token.issuer())) {
            throw new IssuerMismatchException(resource, token, issuer.get());
        }
    }

    private void requireNotStale(String resource, FencingToken token) {
        long mark = token.kind() == Kind.EXCLUSIVE ? Math.max(floor, top) : floor;
        if (token.value() < mark) {
            throw new StaleTokenException(resource, token, mark);
        }
    }
}
