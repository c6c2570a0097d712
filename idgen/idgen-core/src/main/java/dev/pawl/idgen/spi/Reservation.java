package dev.pawl.idgen.spi;

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
    }

    /** There is no such tag; tags are made by {@link SegmentStore#create} only. */
    record UnknownTag() implements Reservation {}

    /**
     * The tag's numbers are used up.
     *
     * @param maxId the tag's greatest number
     */
    record Exhausted(long maxId) implements Reservation {}
}
