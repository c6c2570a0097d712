package dev.pawl.lock;

/** What a run met, so that a test can see that it was worth its time. */
enum SimSeen {
    GRANTED,
    HANDED_OVER,
    GRANTED_BY_MESSAGE,
    REFUSED,
    LOST,
    SUSPECTED,
    RELEASED,
    RELEASED_TOO_LATE,
    RELEASE_UNKNOWN,
    ENDED_BY_TOMBSTONE,
    LEFT_WHILE_WAITING,
    FAILED,
    PAUSED,
    SUSPENDED,
    CLOCK_SET,
    KILLED,
    CLOSED,
    CUT,
    STALLED,
    WRITTEN_WITH_GUARD,
    STALE_REFUSED_BY_GUARD,
    UPDATE_LOST_WITHOUT_GUARD
}
