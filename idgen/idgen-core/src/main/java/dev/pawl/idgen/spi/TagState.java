package dev.pawl.idgen.spi;

import dev.pawl.idgen.spi.ResetPeriod.Period;
import java.util.Objects;
import java.util.Optional;

/**
 * What a store keeps of one tag. Immutable.
 *
 * @param name the tag's name
 * @param lastId the mark: the greatest number handed out, or one below the first before that
 * @param maxId the greatest number that may be handed out
 * @param reset whether and how its numbers begin again with each period
 * @param paused whether an operator has stopped the tag
 * @param revision grows with every change of the tag
 */
public record TagState(
        String name, long lastId, long maxId, Optional<ResetPeriod> reset, boolean paused, long revision) {

    /** Checks the bounds. */
    public TagState {
        SegmentTag.requireName(name);
        Objects.requireNonNull(reset, "reset");
        if (lastId < 0 || maxId < Math.max(1, lastId) || maxId == Long.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "0 <= lastId <= maxId <= 2^63 - 2 must hold: lastId=" + lastId + ", maxId=" + maxId);
        }
        if (revision < 0) {
            throw new IllegalArgumentException("revision must be >= 0: revision=" + revision);
        }
    }

    /**
     * Returns how many numbers are left.
     *
     * @return {@code maxId - lastId}
     */
    public long remaining() {
        return maxId - lastId;
    }

    /**
     * Tells what a store answers to a demand while the tag is as this says. A range is granted once the store has written
     * its last number as the tag's new mark, with the range's revision.
     *
     * @param demand a demand for numbers of this tag
     * @return the range that comes next, or why there is none
     */
    public Reservation answer(SegmentDemand demand) {
        if (!reset.equals(demand.reset())) {
            return new Reservation.OtherReset(reset);
        }
        if (paused) {
            return new Reservation.Paused();
        }
        if (lastId > demand.greatest()) {
            return new Reservation.Later(lastId);
        }
        long greatest = Math.min(maxId, demand.greatest());
        long first = Math.max(lastId + 1, demand.least());
        if (first > greatest) {
            return new Reservation.Exhausted(greatest);
        }
        return new Reservation.Range(first, first + Math.min(demand.step() - 1, greatest - first), revision + 1);
    }

    /**
     * Tells whether an operator may write a state over this one: it is the next revision, nothing moves back, and the reset
     * stays.
     *
     * @param next the state to write
     * @return whether a store may write it
     */
    public boolean mayBecome(TagState next) {
        return revision == next.revision - 1
                && lastId <= next.lastId
                && maxId <= next.maxId
                && reset.equals(next.reset)
                && name.equals(next.name);
    }

    /**
     * Returns the next revision with other bounds. Both only move forward, so that no number can come again.
     *
     * @param newLastId the new mark, not below the present one
     * @param newMaxId the new greatest number, not below the present one
     * @return the state to write
     * @throws IllegalArgumentException if one of them would move back, or the mark would have no date of the tag's reset
     */
    public TagState forward(long newLastId, long newMaxId) {
        if (newLastId < lastId) {
            throw new IllegalArgumentException("lastId must be >= " + lastId + ": lastId=" + newLastId);
        }
        if (newMaxId < maxId) {
            throw new IllegalArgumentException("maxId must be >= " + maxId + ": maxId=" + newMaxId);
        }
        if (newLastId > lastId && reset.isPresent()) {
            Period unused = reset.get().of(newLastId); // no generator could go on from a mark without a date
        }
        return new TagState(name, newLastId, newMaxId, reset, paused, revision + 1);
    }

    /**
     * Returns the next revision, paused or resumed.
     *
     * @param nowPaused whether the tag is to hand out nothing
     * @return the state to write
     */
    public TagState paused(boolean nowPaused) {
        return new TagState(name, lastId, maxId, reset, nowPaused, revision + 1);
    }
}
