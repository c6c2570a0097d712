package dev.pawl.delay.spi;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Some of what a scan finds. Immutable.
 *
 * @param items what was found, possibly nothing
 * @param next the cursor of the next page; empty at the end
 * @param <T> what is scanned
 */
public record Page<T>(List<T> items, Optional<String> next) {

    /** The cursor of the first page. */
    public static final String FIRST = "";

    /** Checks that nothing is missing. */
    public Page {
        items = List.copyOf(items);
        Objects.requireNonNull(next, "next");
    }
}
