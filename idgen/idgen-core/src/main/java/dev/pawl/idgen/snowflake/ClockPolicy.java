package dev.pawl.idgen.snowflake;

/**
 * What a generator does when its clock is behind the last id by more than it may run ahead. Up to twice that it waits in any
 * case: so little passes soon, and a generator at its bound may meet it whenever the clock is corrected.
 */
public enum ClockPolicy {
    /** Wait for the clock to come back, for as long as the call may wait, and fail then. */
    WAIT,
    /** Fail at once with {@link dev.pawl.idgen.ClockMovedBackException} beyond twice {@code maxAhead}. */
    FAIL
}
