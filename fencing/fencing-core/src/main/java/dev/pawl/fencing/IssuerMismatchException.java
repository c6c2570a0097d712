package dev.pawl.fencing;

import dev.pawl.common.CoordinationException;
import java.util.Objects;

/**
 * The resource is bound to another issuer, whose numbers cannot be compared with this token's. Nothing was changed. If the
 * resource is meant to move to another lock or store, an administrator sets the new issuer and the least number that it
 * accepts.
 */
public final class IssuerMismatchException extends CoordinationException {

    private static final long serialVersionUID = 1L;

    private final String resource;
    private final FencingToken mine;
    private final String current;

    /**
     * Makes the exception.
     *
     * @param resource the resource whose guard refused
     * @param mine the token that was refused
     * @param current the issuer that the resource is bound to
     */
    public IssuerMismatchException(String resource, FencingToken mine, String current) {
        super("issuer must be the one that the resource is bound to: resource=" + TokenText.shown(resource) + ", mine="
                + mine + ", current=" + current);
        this.resource = resource;
        this.mine = Objects.requireNonNull(mine, "mine");
        this.current = Objects.requireNonNull(current, "current");
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
     * Names the issuer that the resource is bound to.
     *
     * @return the issuer that the resource is bound to
     */
    public String current() {
        return current;
    }
}
