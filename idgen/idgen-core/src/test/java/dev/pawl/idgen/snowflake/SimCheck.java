package dev.pawl.idgen.snowflake;

/** What every run is held against. */
enum SimCheck {
    /** No id twice, from whatever process. */
    UNIQUE,
    /** Each call's ids are larger than all that had been returned by this generator when it began. */
    INCREASING,
    /** Nothing more than {@code maxAhead} ticks ahead of what the clock showed. */
    WITHIN_AHEAD,
    /** Nothing outside the ticks that the store acknowledged to this process. */
    WITHIN_GRANT,
    /** {@code nextIdAfter} is larger than what it was given. */
    AFTER_SEEN,
    /** Where the store has a time, no record reaches further ahead of it than a window and the greatest skew. */
    WITHIN_SKEW,
    /** Nothing from a generator that is closed. */
    NOTHING_AFTER_CLOSE,
    /** When everything works again, ids flow again. */
    ALIVE,
    /** No exception but those that the interface names. */
    WORKS
}
