package dev.pawl.fencing;

import dev.pawl.common.CoordinationException;
import java.util.Objects;

/**
 * The token is newer than any that has entered the resource: its holder has not called {@link FenceGuard#enter} before it
 * read and wrote, so an older holder was not yet kept out. Nothing was changed. This is a mistake in the program: enter
 * first, read only then.
 */
public final class NotEnteredException extends CoordinationException {

    private static final long serialVersionUID = 1L;

    private final String resource;
    private final FencingToken mine;
    private final long current;

    /**
     * Makes the exception.
     *
     * @param resource the resource whose guard refused
     * @param mine the token that was refused
     * @param current the highest mark of the resource, 0 if nobody has entered
     */
    public NotEnteredException(String resource, FencingToken mine, long current) {
        super("token must enter its resource before anything is read or written: resource=" + TokenText.shown(resource)
                + ", mine=" + mine + ", current=" + current);
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
     * Returns the highest mark of the resource.
     *
     * @return the highest mark of the resource, 0 if nobody has entered
     */
    public long current() {
        return current;
    }
}
