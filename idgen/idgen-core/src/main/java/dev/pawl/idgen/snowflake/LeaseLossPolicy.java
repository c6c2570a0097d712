package dev.pawl.idgen.snowflake;

/** What a generator does when another instance has taken over its worker id, or an operator has revoked it. */
public enum LeaseLossPolicy {
    /** Lease another worker id and go on behind the last tick, so that ids still increase. */
    SWITCH_WORKER,
    /** Give no more ids: calls fail with {@link dev.pawl.idgen.WorkerLeaseLostException}. */
    FAIL
}
