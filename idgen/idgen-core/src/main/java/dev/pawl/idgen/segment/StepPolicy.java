package dev.pawl.idgen.segment;

import java.time.Duration;

/**
 * How long the next segment should be: as many ids as are used within the target duration at the rate seen since the last
 * fetch, between floor and ceiling, and growing or shrinking by a bounded factor, so that one burst neither burns ids nor
 * starves what follows. Pure arithmetic.
 */
record StepPolicy(long floor, long ceiling, Duration target) {

    private static final int GROWTH = 8;
    private static final int SHRINKING = 2;

    StepPolicy {
        if (floor < 1 || floor > GREATEST_STEP) {
            throw new IllegalArgumentException("floor must be in [1, " + GREATEST_STEP + "]: floor=" + floor);
        }
        if (ceiling < floor || ceiling > GREATEST_STEP) {
            throw new IllegalArgumentException(
                    "ceiling must be in [floor, " + GREATEST_STEP + "]: ceiling=" + ceiling + ", floor=" + floor);
        }
        if (target.compareTo(Duration.ofMillis(1)) < 0 || target.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("targetDuration must be in [1 ms, 1 d]: targetDuration=" + target);
        }
    }

    /** Beyond a million million ids a segment is a mistake in the configuration. */
    static final long GREATEST_STEP = 1_000_000_000_000L;

    /**
     * Returns the next step.
     *
     * @param used ids used since the last fetch
     * @param elapsedNanos time since the last fetch
     * @param last the last step
     */
    long next(long used, long elapsedNanos, long last) {
        double rate = (double) used / Math.max(1, elapsedNanos);
        double ideal = rate * target.toNanos();
        double bounded = Math.max((double) last / SHRINKING, Math.min((double) last * GROWTH, ideal));
        return (long) Math.max((double) floor, Math.min((double) ceiling, bounded));
    }
}
