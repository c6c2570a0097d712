package dev.pawl.idgen.spi;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Looks at tags and changes their bounds, for operators. A {@link SegmentStore} that keeps revisions implements it too.
 * Thread-safe; does not block the caller; failures are as in {@link SegmentStore}.
 */
public interface TagAdmin {

    /**
     * Finds a tag.
     *
     * @param tag the tag's name
     * @return its state, or empty if there is no such tag
     */
    CompletionStage<Optional<TagState>> find(String tag);

    /**
     * Lists tags in the order of their names' code points.
     *
     * @param after the name behind which the list begins; empty for the beginning
     * @param limit how many at most, from 1 to 1,000
     * @return the tags
     * @throws IllegalArgumentException if the limit is out of bounds
     */
    CompletionStage<List<TagState>> list(String after, int limit);

    /**
     * Checks a list's limit.
     *
     * @param limit how many tags at most
     * @throws IllegalArgumentException if it is not in [1, 1,000]
     */
    static void requireLimit(int limit) {
        if (limit < 1 || limit > 1_000) {
            throw new IllegalArgumentException("limit must be in [1, 1000]: limit=" + limit);
        }
    }

    /**
     * Writes a tag's bounds and its pause, if the tag is still of the revision before and neither its mark nor its
     * greatest number would move back, in one atomic, durable step. Name and reset cannot be changed.
     *
     * @param next the state to write, whose revision is one above the one read
     * @return whether it was written
     */
    CompletionStage<Boolean> compareAndSet(TagState next);
}
