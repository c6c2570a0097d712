package dev.pawl.lock.spi;

import dev.pawl.fencing.FencingToken;
import java.util.Objects;

/**
 * A grant as the store knows it: whoever shows another attempt or another base does not hold it. Immutable.
 *
 * @param resource what was granted
 * @param mode how it was granted
 * @param attempt to whom
 * @param base the number of the grant; 0 for an attempt that has not been granted anything yet
 */
public record Grant(LockResource resource, FencingToken.Kind mode, String attempt, long base) {

    /** Checks that nothing is missing. */
    public Grant {
        Objects.requireNonNull(resource, "resource");
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(attempt, "attempt");
    }
}
