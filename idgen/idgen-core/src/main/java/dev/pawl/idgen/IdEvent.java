package dev.pawl.idgen;

import java.time.Duration;

/**
 * Something that happened to a generator and that an operator may want to see. Nothing is reported on the path of an id
 * that is at hand.
 */
public sealed interface IdEvent {

    /**
     * Demand is above the layout's bound: the generator is as far ahead of its clock as it may be, and callers wait.
     *
     * @param ticks how many ticks ahead
     */
    record Borrowed(long ticks) implements IdEvent {}

    /**
     * The wall clock was found to be behind the last id by more than the generator may run ahead.
     *
     * @param by how far behind the last id's tick
     */
    record ClockMovedBack(Duration by) implements IdEvent {}

    /**
     * A segment was reserved.
     *
     * @param first its least id
     * @param last its greatest id
     * @param took how long the store took
     */
    record SegmentFetched(long first, long last, Duration took) implements IdEvent {}

    /**
     * The store failed or did not answer in time; it will be asked again.
     *
     * @param cause what failed
     */
    record StoreFailed(Throwable cause) implements IdEvent {}

    /**
     * The store offered a range that had been given before. It was refused.
     *
     * @param granted the greatest id this instance was granted before
     * @param offered the least id of the range that was refused
     */
    record StoreWentBack(long granted, long offered) implements IdEvent {}

    /**
     * The ids are used up: the layout's end of life or the tag's greatest id was reached.
     *
     * @param last the greatest id there is
     */
    record Exhausted(long last) implements IdEvent {}

    /**
     * A worker id was leased or its lease was renewed.
     *
     * @param workerId the worker id
     * @param toTick the greatest tick that may be issued now
     */
    record LeaseRenewed(int workerId, long toTick) implements IdEvent {}

    /**
     * Another instance has taken over the worker id. Ids stay unique; the generator leases another worker id.
     *
     * @param workerId the worker id that was lost
     */
    record LeaseLost(int workerId) implements IdEvent {}
}
