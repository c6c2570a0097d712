package dev.pawl.idgen.spi;

import java.util.Optional;

/** What a store answers to a request for a range: the range, or why there is none. */
public sealed interface Reservation {

    /**
     * A range that belongs to the caller alone.
     *
     * @param first the least number, at least 1
     * @param last the greatest number, at least {@code first}
     * @param revision the tag's revision after this reservation, which grows with every change of the tag
     */
    record Range(long first, long last, long revision) implements Reservation {

        /** Checks the order. */
        public Range {
            if (first < 1 || last < first) {
                throw new IllegalArgumentException("1 <= first <= last must hold: first=" + first + ", last=" + last);
            }
        }

        /**
         * Checks what is to be given back.
         *
         * @param lastUsed the greatest number in use
         * @throws IllegalArgumentException if it is not in [first - 1, last]
         */
        public void requireLastUsed(long lastUsed) {
            if (lastUsed < first - 1 || lastUsed > last) {
                throw new IllegalArgumentException(
                        "lastUsed must be in [" + (first - 1) + ", " + last + "]: lastUsed=" + lastUsed);
            }
        }
    }

    /** There is no such tag; tags are made by {@link SegmentStore#create} only. */
    record UnknownTag() implements Reservation {}

    /**
     * The numbers asked for are used up.
     *
     * @param maxId the greatest of them: the tag's, or the demand's if that is less
     */
    record Exhausted(long maxId) implements Reservation {}

    /** The tag was paused by an operator; nothing is handed out until it is resumed. */
    record Paused() implements Reservation {}

    /**
     * The tag's mark lies above what was asked for, so that a later period has begun.
     *
     * @param lastId the mark: the greatest number handed out
     */
    record Later(long lastId) implements Reservation {}

    /**
     * The tag is not reset as the caller believes.
     *
     * @param reset how the tag was created, or empty if it is never reset
     */
    record OtherReset(Optional<ResetPeriod> reset) implements Reservation {}
}
