package dev.pawl.fencing;

import dev.pawl.common.CoordinationException;
import java.util.Objects;

/**
 * A later holder has entered the resource: this one has been replaced, whatever its own clock says. Nothing was changed, and
 * no later try with this token will pass. Give the work up; another grant of the lock brings another token.
 */
public final class StaleTokenException extends CoordinationException {

    private static final long serialVersionUID = 1L;

    private final String resource;
    private final FencingToken mine;
    private final long current;

    /**
     * Makes the exception.
     *
     * @param resource the resource whose guard refused
     * @param mine the token that was refused
     * @param current the mark that refuses it, a number of the same issuer
     */
    public StaleTokenException(String resource, FencingToken mine, long current) {
        super("token must be >= the mark of its resource: resource=" + TokenText.shown(resource) + ", mine=" + mine
                + ", current=" + current);
        this.resource = resource;
        this.mine = Objects.requireNonNull(mine, "mine");
        this.current = current;
    }

    /**
     * Names the resource.
     *
     * @return the resource whose guard refused
     */
    public String resource() {
        return resource;
    }

    /**
     * Returns the token that was refused.
     *
     * @return the token
     */
    public FencingToken mine() {
        return mine;
    }

    /**
     * Returns the mark that refuses the token.
     *
     * @return the mark that refuses it, a number of the same issuer
     */
    public long current() {
        return current;
    }
}
