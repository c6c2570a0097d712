package dev.pawl.idgen.spi;

import dev.pawl.idgen.Guarantee;
import java.util.concurrent.CompletionStage;

/**
 * Hands out ranges of numbers, per tag, so that no number is handed out twice. Implementations are thread-safe, do not
 * block the caller, and report failure by completing with a {@link dev.pawl.common.BackendException}. A failure of
 * unknown outcome may cost a range, never repeat one. Programming mistakes - a tag name that is none, a step below 1, a
 * {@code lastUsed} outside its range - are thrown by the call itself as {@link IllegalArgumentException}.
 *
 * <p>{@code SegmentStoreTck} in pawl-testkit is the test of an implementation.
 */
public interface SegmentStore {

    /**
     * Makes a tag known, outside of which no number is ever handed out. Does nothing to a tag that exists: its mark and
     * its bounds stay as they are.
     *
     * @param tag the tag and its bounds
     * @return whether this call created it
     */
    CompletionStage<Boolean> create(SegmentTag tag);

    /**
     * Reserves the next range of a tag in one atomic, durable step. It begins behind the tag's mark and not below the
     * demand's least number, and ends at the tag's greatest number or at the demand's at the latest, so that it may be
     * shorter than asked for.
     *
     * @param demand which tag, how many numbers, within which bounds
     * @return the range, or why there is none
     */
    CompletionStage<Reservation> reserve(SegmentDemand demand);

    /**
     * Reserves the next range of a tag that is not reset.
     *
     * @param tag the tag's name
     * @param step how many numbers, at least 1
     * @return the range, or why there is none
     */
    default CompletionStage<Reservation> reserve(String tag, long step) {
        return reserve(SegmentDemand.of(tag, step));
    }

    /**
     * Gives back the unused end of the newest range, if no range was reserved since: the test is on the revision, never
     * on the number, since another instance may have brought the number back to the same value meanwhile. The caller
     * must have sealed the range before: it must never issue a number above {@code lastUsed} again, whatever this call
     * answers.
     *
     * @param tag the tag's name
     * @param range the newest range that the caller was granted, or that and the one right below it as one
     * @param lastUsed the greatest number in use, from {@code range.first() - 1} to {@code range.last()}
     * @return whether the mark was moved back
     */
    CompletionStage<Boolean> giveBack(String tag, Reservation.Range range, long lastUsed);

    /**
     * Returns what ranges from this store guarantee as it is set up now. May be asked often: answer from memory.
     *
     * @return level and scope
     */
    Guarantee guarantee();
}
