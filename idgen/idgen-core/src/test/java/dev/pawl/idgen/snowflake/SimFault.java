package dev.pawl.idgen.snowflake;

/** What befalls a run between its calls to the store. */
enum SimFault {
    /** A process ends without a word; its host starts another one, often in the same millisecond. */
    KILL,
    /** A generator is closed while calls for ids go on, and its host starts another one. */
    CLOSE,
    /** SIGSTOP: nothing of a process happens, and its clock is not read, often for longer than its window. */
    PAUSE,
    /** A process is paused, and its host's name starts another one elsewhere before it wakes up. */
    PAUSE_AND_REPLACE,
    /** A host's clock is set. */
    SET_CLOCK,
    /** The store is down, often for longer than the window. */
    OUTAGE
}
