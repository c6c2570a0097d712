package dev.pawl.idgen.spi;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * What a store keeps of one worker id: who may issue ids of which ticks. The incarnation may issue ids whose tick is in
 * {@code [fromTick, toTick]}; {@code toTick} never falls below what was issued, so that the next owner starts above it.
 * Immutable.
 *
 * @param workerId the worker id
 * @param incarnation the owner: a random number made at its start, never a name that a restart would repeat
 * @param fromTick the first tick of this owner
 * @param toTick the last tick of this owner so far; {@code fromTick - 1} if it has none
 * @param window how far ahead of the clock this owner renews
 * @param layout the fingerprint of the layout that the ticks belong to
 * @param revision grows by one with every change of the record; the first is 1
 */
public record WorkerRecord(
        int workerId, UUID incarnation, long fromTick, long toTick, Duration window, String layout, long revision) {

    /** The version of this record's meaning. A store keeps it beside the record and refuses a newer one. */
    public static final int FORMAT = 1;

    /** Checks the values. */
    public WorkerRecord {
        Objects.requireNonNull(incarnation, "incarnation");
        Objects.requireNonNull(window, "window");
        Objects.requireNonNull(layout, "layout");
        if (workerId < 0) {
            throw new IllegalArgumentException("workerId must be >= 0: workerId=" + workerId);
        }
        if (fromTick < 0 || toTick < fromTick - 1) {
            throw new IllegalArgumentException(
                    "0 <= fromTick <= toTick + 1 must hold: fromTick=" + fromTick + ", toTick=" + toTick);
        }
        if (revision < 1) {
            throw new IllegalArgumentException("revision must be >= 1: revision=" + revision);
        }
    }

    /**
     * Returns the next revision of this record with another end.
     *
     * @param newToTick the last tick of this owner
     * @param newWindow how far ahead of the clock this owner renews now
     * @return the record to write
     */
    public WorkerRecord withToTick(long newToTick, Duration newWindow) {
        return new WorkerRecord(workerId, incarnation, fromTick, newToTick, newWindow, layout, revision + 1);
    }

    /**
     * Tells whether two records are the same version of the same owner's, which is what a store compares.
     *
     * @param one a record, or empty for none
     * @param other a record, or empty for none
     * @return whether incarnation and revision are equal, or both are none
     */
    public static boolean sameVersion(Optional<WorkerRecord> one, Optional<WorkerRecord> other) {
        return one.map(WorkerRecord::version).equals(other.map(WorkerRecord::version));
    }

    private String version() {
        return incarnation + " " + revision;
    }
}
