package dev.pawl.idgen.layout;

import dev.pawl.idgen.layout.IdField.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/*
 * An id is the fields side by side, the first one in the highest bits, right-aligned in 63 bits so that no id is
 * negative. The engine counts in another form, the packed number: tick and sequence without the worker between them.
 *
 *   SNOWFLAKE   0 | 41 bits tick | 10 bits worker | 12 bits sequence        id
 *                   41 bits tick |                  12 bits sequence        packed = tick << 12 | sequence
 *
 * One more id is one more packed number, and a sequence that overflows carries into the tick by itself.
 */

/**
 * Which bits of a time-ordered id mean what: one tick field, one sequence field below it, and one worker id in one or
 * several neighbouring fields; the length of a tick; and the epoch, the instant of tick 0. Construction refuses what
 * cannot work. Immutable and thread-safe; never blocks, reads no clock.
 *
 * <p>Two generators whose {@link #fingerprint()} differs must not share worker ids.
 */
public final class IdLayout {

    /** The epoch of the presets: 2025-01-01T00:00:00Z. */
    public static final Instant DEFAULT_EPOCH = Instant.parse("2025-01-01T00:00:00Z");

    private static final Instant LATEST_EPOCH = Instant.parse("9999-12-31T00:00:00Z");

    /** 41 bits of milliseconds, 10 bits worker id, 12 bits sequence: 4,096 ids a millisecond for 69 years. */
    public static final IdLayout SNOWFLAKE =
            preset(1, IdField.tick(41), IdField.worker("worker", 10), IdField.sequence(12));

    /** As {@link #SNOWFLAKE}, the worker id in two fields of 5 bits, as Twitter's snowflake of 2010 had it. */
    public static final IdLayout SNOWFLAKE_DATACENTER = preset(
            1, IdField.tick(41), IdField.worker("datacenter", 5), IdField.worker("worker", 5), IdField.sequence(12));

    /** 41 bits of milliseconds, 5 bits worker id, 17 bits sequence: 131 million ids a second on 32 workers. */
    public static final IdLayout WIDE = preset(1, IdField.tick(41), IdField.worker("worker", 5), IdField.sequence(17));

    /** 39 bits of 10 ms, 8 bits sequence, 16 bits machine: 25,600 ids a second on 65,536 workers for 174 years. */
    public static final IdLayout SONYFLAKE =
            preset(10, IdField.tick(39), IdField.sequence(8), IdField.worker("machine", 16));

    /** 53 bits, exact in a JavaScript number: 41 bits of milliseconds, 5 bits worker id, 7 bits sequence. */
    public static final IdLayout JAVASCRIPT =
            preset(1, IdField.tick(41), IdField.worker("worker", 5), IdField.sequence(7));

    private final List<IdField> fields;
    private final Duration tickLength;
    private final Instant epoch;

    private final int tickBits;
    private final int workerBits;
    private final int sequenceBits;
    private final int tickShift;
    private final int workerShift;
    private final int sequenceShift;
    private final long sequenceMask;
    private final long tickMillis;
    private final long epochMillis;

    /**
     * Makes a layout.
     *
     * @param tickLength the length of a tick, whole milliseconds, at least 1
     * @param epoch the instant of tick 0, whole milliseconds
     * @param fields the fields, highest bits first
     * @throws IllegalArgumentException if ids of this layout could not be made, or not in increasing order
     */
    public IdLayout(Duration tickLength, Instant epoch, IdField... fields) {
        this.tickLength = Objects.requireNonNull(tickLength, "tickLength");
        this.epoch = Objects.requireNonNull(epoch, "epoch");
        this.fields = List.of(fields);
        this.tickBits = only(Kind.TICK).bits();
        this.sequenceBits = only(Kind.SEQUENCE).bits();
        this.workerBits = bitsOf(Kind.WORKER);
        requireFieldsThatWork();
        requireTimesThatWork();
        this.tickShift = shiftOf(Kind.TICK);
        this.workerShift = shiftOf(Kind.WORKER);
        this.sequenceShift = shiftOf(Kind.SEQUENCE);
        if (sequenceShift > tickShift) {
            throw new IllegalArgumentException(
                    "tick must stand above sequence, or ids would not increase: fields=" + this.fields);
        }
        this.sequenceMask = (1L << sequenceBits) - 1;
        this.tickMillis = tickLength.toMillis();
        this.epochMillis = epoch.toEpochMilli();
        if (maxTick() > (Long.MAX_VALUE - Math.max(epochMillis, 0)) / tickMillis - 1) {
            throw new IllegalArgumentException("the last tick must lie within the milliseconds of a long: tickBits="
                    + tickBits + ", tickLength=" + tickLength);
        }
    }

    private static IdLayout preset(int tickMillis, IdField... fields) {
        return new IdLayout(Duration.ofMillis(tickMillis), DEFAULT_EPOCH, fields);
    }

    private IdField only(Kind kind) {
        List<IdField> found = fields.stream().filter(f -> f.kind() == kind).toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException("a layout must have exactly one " + kind + " field: fields=" + fields);
        }
        return found.get(0);
    }

    private int bitsOf(Kind kind) {
        return fields.stream()
                .filter(f -> f.kind() == kind)
                .mapToInt(IdField::bits)
                .sum();
    }

    private void requireFieldsThatWork() {
        int sum = tickBits + workerBits + sequenceBits;
        if (sum > 63) {
            throw new IllegalArgumentException("bits must sum up to at most 63: sum=" + sum + ", fields=" + fields);
        }
        if (workerBits < 1 || workerBits > 31) {
            throw new IllegalArgumentException(
                    "worker bits must be in [1, 31]: workerBits=" + workerBits + ", fields=" + fields);
        }
        Set<String> names = new HashSet<>();
        for (IdField field : fields) {
            if (!names.add(field.name())) {
                throw new IllegalArgumentException("field names must differ: name=" + field.name());
            }
        }
        int firstWorker = indexOfFirst(Kind.WORKER);
        long workerFields = fields.stream().filter(f -> f.kind() == Kind.WORKER).count();
        for (int i = 0; i < workerFields; i++) {
            if (fields.get(firstWorker + i).kind() != Kind.WORKER) {
                throw new IllegalArgumentException("the parts of the worker id must be neighbours: fields=" + fields);
            }
        }
    }

    private void requireTimesThatWork() {
        if (tickLength.compareTo(Duration.ofMillis(1)) < 0
                || tickLength.compareTo(Duration.ofDays(1)) > 0
                || tickLength.toNanos() % 1_000_000 != 0) {
            throw new IllegalArgumentException(
                    "tickLength must be whole milliseconds in [1 ms, 1 d]: tickLength=" + tickLength);
        }
        if (!epoch.equals(epoch.truncatedTo(ChronoUnit.MILLIS))) {
            throw new IllegalArgumentException("epoch must be whole milliseconds: epoch=" + epoch);
        }
        if (epoch.isBefore(Instant.EPOCH) || epoch.isAfter(LATEST_EPOCH)) {
            throw new IllegalArgumentException(
                    "epoch must be in [" + Instant.EPOCH + ", " + LATEST_EPOCH + "]: epoch=" + epoch);
        }
    }

    private int indexOfFirst(Kind kind) {
        int index = 0;
        while (fields.get(index).kind() != kind) {
            index++;
        }
        return index;
    }

    /** How many bits stand below all fields of a kind. */
    private int shiftOf(Kind kind) {
        int shift = 0;
        for (int i = fields.size() - 1; fields.get(i).kind() != kind; i--) {
            shift += fields.get(i).bits();
        }
        return shift;
    }

    /**
     * Returns this layout with another epoch.
     *
     * @param other the instant of tick 0, whole milliseconds
     * @return the layout
     */
    public IdLayout withEpoch(Instant other) {
        return new IdLayout(tickLength, other, fields.toArray(IdField[]::new));
    }

    /**
     * Returns the fields.
     *
     * @return highest bits first
     */
    public List<IdField> fields() {
        return fields;
    }

    /**
     * Returns the length of a tick.
     *
     * @return whole milliseconds
     */
    public Duration tickLength() {
        return tickLength;
    }

    /**
     * Returns the instant of tick 0.
     *
     * @return whole milliseconds
     */
    public Instant epoch() {
        return epoch;
    }

    /**
     * Returns the width of the sequence.
     *
     * @return bits; a worker has 2 to this power ids a tick
     */
    public int sequenceBits() {
        return sequenceBits;
    }

    /**
     * Returns the greatest worker id.
     *
     * @return the number of worker ids less one
     */
    public int maxWorkerId() {
        return (int) ((1L << workerBits) - 1);
    }

    /**
     * Returns the last tick.
     *
     * @return after it there are no ids
     */
    public long maxTick() {
        return (1L << tickBits) - 1;
    }

    /**
     * Returns the greatest id of this layout.
     *
     * @return all fields at their greatest
     */
    public long maxId() {
        return (1L << (tickBits + workerBits + sequenceBits)) - 1;
    }

    /**
     * Returns the instant from which on there are no ids.
     *
     * @return the end of the last tick
     */
    public Instant endOfLife() {
        return startOf(maxTick() + 1);
    }

    /**
     * Returns the tick of an instant.
     *
     * @param epochMilli milliseconds since 1970
     * @return the tick; negative before the epoch, above {@link #maxTick()} after the end of life
     */
    public long tickAt(long epochMilli) {
        long sinceEpoch = epochMilli - epochMillis;
        return tickMillis == 1 ? sinceEpoch : Math.floorDiv(sinceEpoch, tickMillis);
    }

    /**
     * Returns the beginning of a tick.
     *
     * @param tick the tick
     * @return an instant
     */
    public Instant startOf(long tick) {
        return Instant.ofEpochMilli(epochMillis + tick * tickMillis);
    }

    /**
     * Makes an id of a packed number, {@code tick << sequenceBits | sequence}.
     *
     * @param packed the packed number, from 0 to {@code maxTick} with all sequence bits set
     * @param workerId the worker id; neither is checked: this is every id's last step
     * @return the id
     */
    public long idOf(long packed, int workerId) {
        return (packed >>> sequenceBits) << tickShift
                | (long) workerId << workerShift
                | (packed & sequenceMask) << sequenceShift;
    }

    /**
     * Returns tick and sequence of an id in one number: what {@link #idOf} made it from, worker id aside.
     *
     * @param id an id of this layout
     * @return {@code tick << sequenceBits | sequence}
     */
    public long packedOf(long id) {
        return (id >>> tickShift & maxTick()) << sequenceBits | (id >>> sequenceShift & sequenceMask);
    }

    /**
     * Tells whether the tick is the highest field, so that ids of a later tick are larger whatever the worker id.
     *
     * @return whether ids of all workers are in the order of their ticks
     */
    public boolean isTimeOrdered() {
        return fields.get(0).kind() == Kind.TICK;
    }

    /**
     * Takes an id apart.
     *
     * @param id an id of this layout
     * @return its parts
     * @throws IllegalArgumentException if the id is not in {@code [0, maxId()]}
     */
    public DecodedId decode(long id) {
        if (id < 0 || id > maxId()) {
            throw new IllegalArgumentException("id must be in [0, " + maxId() + "]: id=" + id);
        }
        Map<String, Long> parts = new LinkedHashMap<>();
        int shift = tickBits + workerBits + sequenceBits;
        for (IdField field : fields) {
            shift -= field.bits();
            parts.put(field.name(), id >>> shift & (1L << field.bits()) - 1);
        }
        long tick = id >>> tickShift & maxTick();
        int workerId = (int) (id >>> workerShift) & maxWorkerId();
        long sequence = id >>> sequenceShift & sequenceMask;
        return new DecodedId(id, startOf(tick), tick, workerId, sequence, Collections.unmodifiableMap(parts));
    }

    /**
     * Returns a number that no id made at the instant or later is below, for queries by time. A generator that borrows
     * may make ids up to {@code maxAhead} ticks ahead of its clock: to find all ids <em>made until</em> an instant, add
     * that slack to the upper end.
     *
     * @param instant from the epoch to the end of life
     * @return the least id of the instant's tick
     * @throws IllegalArgumentException if there are no ids at that instant
     * @throws IllegalStateException if the tick is not the highest field, so that ids of an interval are not together
     */
    public long minIdAt(Instant instant) {
        return boundedTick(instant) << tickShift;
    }

    /**
     * Returns the greatest id of an instant's tick, for queries by time; see {@link #minIdAt}.
     *
     * @param instant from the epoch to the end of life
     * @return the greatest id of the instant's tick
     * @throws IllegalArgumentException if there are no ids at that instant
     * @throws IllegalStateException if the tick is not the highest field
     */
    public long maxIdAt(Instant instant) {
        return boundedTick(instant) << tickShift | (1L << tickShift) - 1;
    }

    private long boundedTick(Instant instant) {
        if (fields.get(0).kind() != Kind.TICK) {
            throw new IllegalStateException("tick must be the highest field for bounds by time: fields=" + fields);
        }
        if (instant.isBefore(epoch) || !instant.isBefore(endOfLife())) {
            throw new IllegalArgumentException(
                    "instant must be in [" + epoch + ", " + endOfLife() + "): instant=" + instant);
        }
        return tickAt(instant.toEpochMilli());
    }

    /**
     * Returns fields, tick length and epoch as text. Two layouts are the same exactly if their fingerprints are, and
     * {@link #parse} reads it back.
     *
     * @return for example {@code tick:41,worker=worker:10,sequence:12;PT0.001S;2025-01-01T00:00:00Z}
     */
    public String fingerprint() {
        return String.join(",", fields.stream().map(IdField::toString).toList()) + ";" + tickLength + ";" + epoch;
    }

    /**
     * Reads a {@link #fingerprint()} back.
     *
     * @param fingerprint the text
     * @return the layout
     * @throws IllegalArgumentException if the text is none or names a layout that cannot work
     */
    public static IdLayout parse(String fingerprint) {
        return LayoutText.parse(fingerprint);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IdLayout layout && fingerprint().equals(layout.fingerprint());
    }

    @Override
    public int hashCode() {
        return Arrays.asList(fields, tickLength, epoch).hashCode();
    }

    @Override
    public String toString() {
        return fingerprint();
    }
}
