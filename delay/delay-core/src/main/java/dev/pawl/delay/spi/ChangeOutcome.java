package dev.pawl.delay.spi;

/** What became of the wish to cancel or to reschedule a job. */
public enum ChangeOutcome {
    /** It was done: a cancelled job is never delivered afterwards. */
    DONE,
    /** A consumer has the job; nothing was changed. */
    IN_FLIGHT,
    /** There is no such job: it is finished, dead, or was never there. */
    NOT_FOUND
}
