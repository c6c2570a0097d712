package dev.pawl.lock;

/** What may happen to a process, besides what happens to its messages. */
enum SimFault {
    /** It stands still; its clocks go on. */
    PAUSE,
    /** Its machine is suspended: the monotonic clock stands still too. */
    SUSPEND,
    /** Its wall clock is set. */
    SET_CLOCK,
    KILL,
    /** Its lock service is closed. */
    CLOSE,
    /** Nothing passes between it and the store for some time; then it is told that it may have missed messages. */
    CUT
}
