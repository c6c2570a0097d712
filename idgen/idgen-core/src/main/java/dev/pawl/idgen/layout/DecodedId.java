package dev.pawl.idgen.layout;

import java.time.Instant;
import java.util.Map;

/**
 * The parts of an id. Immutable.
 *
 * @param id the id
 * @param instant the beginning of the id's tick; a generator that borrows may have made the id a little earlier
 * @param tick ticks since the layout's epoch
 * @param workerId the worker id, all its fields put together
 * @param sequence the place inside the tick
 * @param fields every field by its name, the highest bits first
 */
public record DecodedId(long id, Instant instant, long tick, int workerId, long sequence, Map<String, Long> fields) {}
