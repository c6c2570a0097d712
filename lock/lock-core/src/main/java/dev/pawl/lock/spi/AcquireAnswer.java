package dev.pawl.lock.spi;

import java.time.Duration;

/** What a store answers to an {@link AcquireRequest}. */
public sealed interface AcquireAnswer {

    /** The greatest base: a token holds it and ten bits of hand-overs. */
    long GREATEST_BASE = (1L << 53) - 1;

    /**
     * The attempt holds the resource, and its lease counts anew from some moment between the sending of the request and
     * the arrival of this answer.
     *
     * @param base the number of the grant, larger than that of every grant of the resource before, in [1,
     *     {@link #GREATEST_BASE}]; the same for each answer to one attempt while it holds
     * @param floor for a permit the least base among the permits that are held, else {@code base}
     */
    record Granted(long base, long floor) implements AcquireAnswer {

        /** Checks the numbers. */
        public Granted {
            if (base < 1 || base > GREATEST_BASE) {
                throw new IllegalArgumentException("base must be in [1, 2^53 - 1]: base=" + base);
            }
            if (floor < 1 || floor > base) {
                throw new IllegalArgumentException("floor must be in [1, base]: floor=" + floor + ", base=" + base);
            }
        }
    }

    /**
     * Others hold the resource, or wait in front.
     *
     * @param freeWithin when the resource may become free without a message, at the earliest; zero or more
     */
    record Taken(Duration freeWithin) implements AcquireAnswer {}

    /** The attempt was ended, or refused by an administrator, before this request arrived: it will never be granted. */
    record Ended() implements AcquireAnswer {}
}
