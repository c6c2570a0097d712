package dev.pawl.idgen.spi;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
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
 * @param window how far ahead of the clock this owner renews, in whole milliseconds
 * @param layout the fingerprint of the layout that the ticks belong to; empty if no id was ever issued
 * @param revision grows by one with every change of the record; the first is 1
 */
public record WorkerRecord(
        int workerId, UUID incarnation, long fromTick, long toTick, Duration window, String layout, long revision) {

    /**
     * A worker id that no layout has. Its record is nobody's lease: {@code toTick} is a tick that every owner of the
     * space begins above, as long as it uses that layout.
     */
    public static final int FLOOR = Integer.MAX_VALUE;

    /** The version of this record's meaning. A store keeps it beside the record and refuses a newer one. */
    public static final int FORMAT = 1;

    /** Checks the values. */
    public WorkerRecord {
        Objects.requireNonNull(incarnation, "incarnation");
        Objects.requireNonNull(window, "window");
        Objects.requireNonNull(layout, "layout");
        if (window.isNegative() || !window.truncatedTo(ChronoUnit.MILLIS).equals(window)) {
            throw new IllegalArgumentException("window must be whole milliseconds, not negative: window=" + window);
        }
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
     * Returns this record under another incarnation of its owner.
     *
     * @param fresh the incarnation
     * @return the same but for that
     */
    public WorkerRecord by(UUID fresh) {
        return new WorkerRecord(workerId, fresh, fromTick, toTick, window, layout, revision);
    }

    /**
     * Returns the next revision for an owner who has issued nothing and takes its lease back.
     *
     * @param previous what the record said before that lease, or empty if there was none
     * @return the record to write: the previous one's content, or one without a layout
     */
    public WorkerRecord withdrawn(Optional<WorkerRecord> previous) {
        return previous.map(old -> new WorkerRecord(
                        workerId, old.incarnation, old.fromTick, old.toTick, old.window, old.layout, revision + 1))
                .orElseGet(() -> new WorkerRecord(workerId, incarnation, 0, -1, window, "", revision + 1));
    }

    /**
     * Returns the next revision for nobody: whoever holds the worker id may issue up to {@code toTick} as it was told and
     * cannot renew any more, and the next owner starts behind that.
     *
     * @param by a new random number, nobody's incarnation
     * @return the record to write
     */
    public WorkerRecord ended(UUID by) {
        return new WorkerRecord(workerId, by, toTick + 1, toTick, window, layout, revision + 1);
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

    /**
     * Checks that a record may be written where another is expected.
     *
     * @param expected the record as it was read, or empty if there was none
     * @param next the record to write
     * @throws IllegalArgumentException if it is of another worker id, or its revision is not the one behind the expected
     *     one's
     */
    public static void requireNext(Optional<WorkerRecord> expected, WorkerRecord next) {
        if (expected.isPresent() && expected.get().workerId != next.workerId) {
            throw new IllegalArgumentException("workerId must be the expected record's: workerId=" + next.workerId
                    + ", expected=" + expected.get().workerId);
        }
        long revision = expected.map(WorkerRecord::revision).orElse(0L) + 1;
        if (next.revision != revision) {
            throw new IllegalArgumentException("revision must be one above the expected record's: revision="
                    + next.revision + ", must be=" + revision);
        }
    }

    private String version() {
        return incarnation + " " + revision;
    }
}
