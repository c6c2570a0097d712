package dev.pawl.idgen.snowflake;

/** In which way a call to the store goes wrong. */
enum SimWrong {
    REFUSED_BEFORE_EFFECT,
    REPLY_LOST,
    /** The caller is told that the outcome is unknown, and the call takes effect some time later. */
    APPLIED_LATE,
    NEVER_APPLIED,
    /** As by a client library that asks again when a reply is late. */
    APPLIED_TWICE,
    SLOW_ANSWER,
    KILLED_BEFORE_EFFECT,
    KILLED_AFTER_EFFECT,
    PAUSED_IN_STORE_CALL
}
