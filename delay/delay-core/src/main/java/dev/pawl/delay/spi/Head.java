package dev.pawl.delay.spi;

/**
 * When the next job of a partition becomes visible, counted from the moment at which the store answered, so that a timer needs no
 * clock that agrees with the store's. Immutable.
 *
 * @param dueInMillis milliseconds until then, rounded up; zero or less if one is due, and for how long; {@link Long#MAX_VALUE} if
 *     there is none, or the partition is paused
 */
public record Head(long dueInMillis) {

    /** No job, or a paused partition. */
    public static final Head NONE = new Head(Long.MAX_VALUE);

    /**
     * Tells whether there is a head.
     *
     * @return false if nothing will become visible by time alone
     */
    public boolean exists() {
        return dueInMillis != Long.MAX_VALUE;
    }

    /**
     * Tells whether a claim would find something.
     *
     * @return true if a job was due when the store answered
     */
    public boolean isDue() {
        return dueInMillis <= 0;
    }
}
