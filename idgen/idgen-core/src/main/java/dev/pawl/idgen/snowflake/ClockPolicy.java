package dev.pawl.idgen.snowflake;

/** What a generator does when its clock was set back further than it may run ahead of it. */
public enum ClockPolicy {
    /** Wait for the clock to come back, for as long as the call may wait, and fail then. */
    WAIT,
    /** Fail at once with {@link dev.pawl.idgen.ClockMovedBackException}. */
    FAIL
}
