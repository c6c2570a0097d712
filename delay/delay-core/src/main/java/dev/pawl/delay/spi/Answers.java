package dev.pawl.delay.spi;

import java.util.List;
import java.util.Objects;

/**
 * What a store answers to a batch. Immutable.
 *
 * @param each one answer for each part of the request, in its order
 * @param head the partition's head afterwards
 * @param <T> the kind of answer
 */
public record Answers<T>(List<T> each, Head head) {

    /** Checks that nothing is missing. */
    public Answers {
        each = List.copyOf(each);
        Objects.requireNonNull(head, "head");
    }
}
