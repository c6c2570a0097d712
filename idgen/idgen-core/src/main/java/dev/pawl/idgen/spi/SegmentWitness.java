package dev.pawl.idgen.spi;

import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/**
 * Remembers, apart from a {@link SegmentStore}, up to which number a tag's ranges are in use: its mark, which is 0 for a tag
 * that was never raised. A store that went back - restored from an old backup, flushed, a replica that lagged - is found
 * out by it, if it lies where it does not go back together with the store.
 *
 * <p>Implementations are thread-safe, do not block the caller, and report failure by completing with a
 * {@link dev.pawl.common.BackendException}. Two tags are two marks, upper and lower case told apart. Programming mistakes
 * are thrown by the call itself as {@link IllegalArgumentException}.
 *
 * <p>{@code SegmentWitnessTck} in pawl-testkit is the test of an implementation.
 */
public interface SegmentWitness {

    /**
     * Raises the mark to {@code last} if it is below {@code first}, in one atomic step that is durable before it is
     * answered. Applied late, or twice, a call does no harm: the second time it is refused.
     *
     * @param tag the tag's name
     * @param first the least number of a range, at least 1
     * @param last the greatest number of it, at least {@code first}
     * @return empty if the mark was raised; otherwise a mark at or above {@code first} that it had during this call
     */
    CompletionStage<OptionalLong> raise(String tag, long first, long last);

    /**
     * Lowers the mark from exactly one value to another, in one atomic step that is durable before it is answered. It may be
     * applied late but must not be applied twice: an implementation never repeats a call whose outcome it does not know,
     * since the mark may have come back to the same value meanwhile.
     *
     * @param tag the tag's name
     * @param from the mark that it must have, at least 1
     * @param to the mark to set, from 0 to {@code from - 1}
     * @return whether it was lowered
     */
    CompletionStage<Boolean> lower(String tag, long from, long to);

    /**
     * Returns among whom the marks are shared, for people: {@code "processes of this host that use data/witness"}.
     *
     * @return the text
     */
    String scope();

    /**
     * Checks the arguments of {@link #raise}.
     *
     * @param tag the tag's name
     * @param first the least number
     * @param last the greatest number
     * @throws IllegalArgumentException if one of them is out of bounds
     */
    static void requireRaise(String tag, long first, long last) {
        SegmentTag.requireName(tag);
        if (first < 1 || last < first) {
            throw new IllegalArgumentException("1 <= first <= last must hold: first=" + first + ", last=" + last);
        }
    }

    /**
     * Checks the arguments of {@link #lower}.
     *
     * @param tag the tag's name
     * @param from the mark that it must have
     * @param to the mark to set
     * @throws IllegalArgumentException if one of them is out of bounds
     */
    static void requireLower(String tag, long from, long to) {
        SegmentTag.requireName(tag);
        if (to < 0 || from <= to) {
            throw new IllegalArgumentException("0 <= to < from must hold: from=" + from + ", to=" + to);
        }
    }
}
