package dev.pawl.wheel;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/*
 * A hierarchical wheel, after scheme 7 of Varghese and Lauck, "Hashed and hierarchical timing wheels" (IEEE/ACM Transactions
 * on Networking 5(6), 1997). A bucket of level n stands for a unit of 64^n ticks, and a level has 128 of them: the present
 * unit and the 127 after it, by their number modulo 128. A timer stands on the lowest level of which 128 units reach beyond it:
 *
 *   present tick 133
 *   timer due at 135      2 units of 1 tick ahead                level 0, bucket 135 mod 128 = 7
 *   timer due at 300      167 of 1, so 2 of 64 (4 - 2)           level 1, bucket 300 / 64    = 4
 *   timer due at 8500     8367 of 1, 130 of 64, so 2 of 4096     level 2, bucket 8500 / 4096 = 2
 *
 * Time brings a unit of an upper level nearer. In the unit before it, all its timers are within the reach of the level below;
 * they are moved there then, if they are many, a part with every unit of that level that begins, so that no turn has to move
 * them all: a cascade. When the unit begins, what is left goes at once; that is all of it if nobody looked at the wheel
 * meanwhile. Of many timers due at 256 to 319 a part goes down to level 0 at each of the ticks 192 to 255. Three things follow:
 *
 *   - a timer is put two units ahead at least on an upper level, so that the present bucket of one is empty, and that of the
 *     next unit only becomes emptier;
 *   - the next tick that matters is the first of the occupied units: nothing is visited that is empty;
 *   - bucket (present tick mod 128) of level 0 can hold only what is due. What is overdue when it is placed goes there too.
 *
 * A bucket is an array of references, and a timer knows its place in it: removing swaps it with the last. A timer that is
 * cascaded or expires costs one access to memory that is not in a cache; in a linked list it would cost three.
 *
 * The state of a timer may be ahead of its place: cancelled or given another tick by a thread that may not touch the buckets.
 * Whoever meets such a timer settles it.
 */

/** The levels of a wheel. Not thread-safe: a wheel of one thread owns it, or a lock guards it. */
final class Buckets {

    /** A unit is 64 of the level below. */
    static final int BITS = 6;

    private static final int UNITS = 1 << BITS;

    static final int PER_LEVEL = 2 * UNITS;

    /** Enough for a {@code long} of nanoseconds in ticks of a microsecond. */
    static final int LEVELS = 9;

    private static final int LEAST_CAPACITY = 8;

    /** An array up to this length is kept when its bucket has become empty, so that a steady load allocates nothing. */
    static final int KEPT = 1_024;

    /** A cascade reads the states of so many at once, so that the processor fetches several from memory at a time. */
    private static final int AHEAD = 32;

    private static final @Nullable Timer[] EMPTY = new Timer[0];

    /** A bit for each bucket. */
    private final long[] occupied = new long[LEVELS * PER_LEVEL / Long.SIZE];

    private final long[] states = new long[AHEAD];
    private final @Nullable Timer[][] timers = new Timer[LEVELS * PER_LEVEL][];
    private final int[] sizes = new int[LEVELS * PER_LEVEL];
    private long nowTick;

    /** No occupied unit ahead begins before; it may be that none does then. */
    private long soonest = Ticks.NEVER;

    private int size;

    Buckets() {
        Arrays.fill(timers, EMPTY);
    }

    int size() {
        return size;
    }

    int capacity() {
        return Arrays.stream(timers).mapToInt(array -> array.length).sum();
    }

    long nowTick() {
        return nowTick;
    }

    /** Puts a timer, which is in no bucket, where its tick belongs. */
    void place(Timer timer, long tick) {
        int bucket = bucketOf(tick);
        int at = sizes[bucket]++;
        @Nullable Timer[] array = timers[bucket];
        if (at == array.length) {
            array = Arrays.copyOf(array, Math.max(LEAST_CAPACITY, at < KEPT ? 2 * at : at + (at >> 1)));
            timers[bucket] = array;
        }
        if (at == 0) {
            occupied[bucket / Long.SIZE] |= 1L << bucket;
        }
        array[at] = timer;
        timer.bucket = (short) bucket;
        timer.position = at;
        size++;
    }

    private int bucketOf(long tick) {
        long ahead = tick - nowTick;
        if (ahead <= 0) {
            return bucket(0, nowTick);
        }
        // The lowest level of which 128 units are more than that. If it ends in the 128th unit, that has the bucket of
        // the present one,
        // which is empty.
        int level = Math.max(0, Long.SIZE - 2 - Long.numberOfLeadingZeros(ahead)) / BITS;
        long unit = unit(level, tick);
        soonest = Math.min(soonest, unit << (level * BITS));
        return bucket(level, unit);
    }

    private static long unit(int level, long tick) {
        return tick >>> (level * BITS);
    }

    private static int bucket(int level, long unit) {
        return level * PER_LEVEL + (int) (unit & (PER_LEVEL - 1));
    }

    /** Takes a timer out of its bucket; nothing if it is in none. */
    void remove(Timer timer) {
        int position = timer.position;
        if (position == Timer.NOWHERE) {
            return;
        }
        int bucket = timer.bucket;
        Timer last = takeLast(bucket);
        if (last != timer) {
            timers[bucket][position] = last;
            last.position = position;
        }
        timer.position = Timer.NOWHERE;
        shrink(bucket);
    }

    /** Brings a timer to the place that its state asks for. */
    void settle(Timer timer, long state) {
        remove(timer);
        if (Timer.isPending(state)) {
            place(timer, Timer.tickOf(state));
        }
    }

    /**
     * Takes out one timer that is pending and due, moving the present tick on as far as needed and to the target at most.
     * Moving it is what cascades, one bucket whole at a time.
     *
     * @return null if nothing is due at the target, which then is the present tick
     */
    @Nullable
    Timer poll(long targetTick) {
        do {
            int due = bucket(0, nowTick);
            while (sizes[due] > 0) {
                Timer timer = takeLast(due);
                timer.position = Timer.NOWHERE;
                if (sizes[due] == 0) {
                    discard(due);
                }
                long state = timer.state();
                if (Timer.isPending(state)) {
                    if (Timer.tickOf(state) <= nowTick) {
                        return timer;
                    }
                    place(timer, Timer.tickOf(state));
                }
            }
        } while (moveOn(targetTick));
        return null;
    }

    /** A tick at or before the first on which a timer is due, and never before the present one; NEVER if there is none. */
    long nextTick() {
        return sizes[bucket(0, nowTick)] > 0 ? nowTick : nextStart();
    }

    /** When the first of the occupied units ahead begins. */
    private long nextStart() {
        long next = Ticks.NEVER;
        for (int level = 0; level < LEVELS; level++) {
            long unit = unit(level, nowTick);
            int ahead = emptyFrom(level, (int) (unit + 1) & (PER_LEVEL - 1));
            if (ahead < PER_LEVEL) {
                next = Math.min(next, (unit + 1 + ahead) << (level * BITS));
            }
            if (next <= (unit(level + 1, nowTick) + 1) << ((level + 1) * BITS)) {
                return next; // no unit of a level above begins before
            }
        }
        return next;
    }

    /** How many buckets of a level are empty from the given one on, round and round; 128 if all are. */
    private int emptyFrom(int level, int place) {
        int word = level * PER_LEVEL / Long.SIZE;
        int half = place / Long.SIZE;
        int first = place % Long.SIZE;
        long near = occupied[word + half];
        if (near >>> first != 0) {
            return Long.numberOfTrailingZeros(near >>> first);
        }
        long far = occupied[word + 1 - half];
        if (far != 0) {
            return Long.SIZE - first + Long.numberOfTrailingZeros(far);
        }
        return near == 0 ? PER_LEVEL : PER_LEVEL - first + Long.numberOfTrailingZeros(near);
    }

    /** Moves to the next unit that is occupied, if that has begun at the target, or else to the target. */
    private boolean moveOn(long targetTick) {
        if (targetTick >= soonest) {
            soonest = nextStart();
        }
        boolean reached = soonest <= targetTick;
        long former = nowTick;
        nowTick = reached ? soonest : Math.max(former, targetTick);
        for (int level = highestBegun(former); level > 0; level--) {
            int begun = bucket(level, unit(level, nowTick));
            cascade(begun, sizes[begun]);
        }
        for (int level = Math.min(highestBegun(former), LEVELS - 2); level >= 0; level--) {
            int coming = bucket(level + 1, unit(level + 1, nowTick) + 1);
            int left = UNITS - (int) (unit(level, nowTick) & (UNITS - 1));
            // Less is no burden in the end, and would cost an access to memory each instead of several at a time.
            if (sizes[coming] >= AHEAD * left) {
                cascade(coming, sizes[coming] / left);
            }
        }
        return reached;
    }

    /** The highest level of which a unit has begun since; -1 if no tick has passed. */
    private int highestBegun(long former) {
        return former == nowTick ? -1 : (Long.SIZE - 1 - Long.numberOfLeadingZeros(former ^ nowTick)) / BITS;
    }

    /** Places so many timers of a bucket anew, one level lower at least. */
    private void cascade(int bucket, int count) {
        if (count == 0) {
            return;
        }
        @Nullable Timer[] array = timers[bucket];
        int end = sizes[bucket];
        int rest = end - count;
        sizes[bucket] = rest;
        size -= count;
        if (rest == 0) {
            occupied[bucket / Long.SIZE] &= ~(1L << bucket);
            discard(bucket);
        }
        for (int from = rest; from < end; from += AHEAD) {
            int some = Math.min(AHEAD, end - from);
            for (int i = 0; i < some; i++) {
                states[i] = Objects.requireNonNull(array[from + i]).state();
            }
            for (int i = 0; i < some; i++) {
                Timer timer = taken(array, from + i);
                timer.position = Timer.NOWHERE;
                if (Timer.isPending(states[i])) {
                    place(timer, Timer.tickOf(states[i]));
                }
            }
        }
    }

    private Timer takeLast(int bucket) {
        int at = --sizes[bucket];
        size--;
        if (at == 0) {
            occupied[bucket / Long.SIZE] &= ~(1L << bucket);
        }
        return taken(timers[bucket], at);
    }

    @SuppressWarnings("NullAway") // below its size a bucket holds no null
    private static Timer taken(@Nullable Timer[] array, int at) {
        Timer timer = array[at];
        array[at] = null;
        return timer;
    }

    private void discard(int bucket) {
        if (timers[bucket].length > KEPT) {
            timers[bucket] = EMPTY;
        }
    }

    /** Gives memory back once three quarters of a large array are free, so that it follows what is pending. */
    private void shrink(int bucket) {
        int length = timers[bucket].length;
        if (length > KEPT && sizes[bucket] < length / 4) {
            timers[bucket] = Arrays.copyOf(timers[bucket], length / 2);
        }
    }

    /** Takes out everything, in no order. */
    @Nullable
    Timer pollAny() {
        for (int word = 0; word < occupied.length; word++) {
            if (occupied[word] != 0) {
                Timer timer = takeLast(word * Long.SIZE + Long.numberOfTrailingZeros(occupied[word]));
                timer.position = Timer.NOWHERE;
                return timer;
            }
        }
        return null;
    }

    /** How many timers stand on a level, for tests. */
    int on(int level) {
        return Arrays.stream(sizes, level * PER_LEVEL, (level + 1) * PER_LEVEL).sum();
    }
}
