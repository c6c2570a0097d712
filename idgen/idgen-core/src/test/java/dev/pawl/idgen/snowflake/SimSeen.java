package dev.pawl.idgen.snowflake;

/** What a run has met. A round over many seeds in which one of these is rare has not tested what it claims to. */
enum SimSeen {
    // calls to the store
    REFUSED_BEFORE_EFFECT,
    REPLY_LOST,
    APPLIED_LATE,
    NEVER_APPLIED,
    APPLIED_TWICE,
    NEVER_ANSWERED,
    SLOW_ANSWER,
    CALL_TIMED_OUT,
    // the store and the hosts
    OUTAGE,
    OUTAGE_BEYOND_WINDOW,
    KILLED,
    KILLED_BEFORE_EFFECT,
    KILLED_AFTER_EFFECT,
    KILLED_IN_ID_CALL,
    RESTARTED_AT_ONCE,
    PAUSED,
    PAUSED_BEYOND_WINDOW,
    PAUSED_IN_ID_CALL,
    PAUSED_IN_STORE_CALL,
    REPLACED_WHILE_PAUSED,
    CLOCK_SET_FORWARD,
    CLOCK_SET_BACK,
    CLOCK_SET_BY_HOURS,
    CLOSED,
    CLOSED_DURING_OUTAGE,
    CLOSED_IN_ID_CALL,
    // what came of it
    ISSUED,
    TAKEOVER,
    LEASE_LOST,
    LEASE_REPLACED,
    UNKNOWN_RENEWAL_READ_BACK,
    MARK_LOWERED,
    REFUSED_BY_SEAL,
    LIMIT_REACHED,
    BOUND_REACHED,
    CLOCK_MOVED_BACK,
    WORKER_IDS_EXHAUSTED
}
