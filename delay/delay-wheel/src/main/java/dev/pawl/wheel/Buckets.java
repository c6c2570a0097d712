package dev.pawl.wheel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/*
 * Levels of 64 buckets, as in scheme 7 of Varghese and Lauck, "Hashed and hierarchical timing wheels" (IEEE/ACM
 * Transactions on Networking 5(6), 1997). A tick is a number in base 64. A timer stands on the level of the highest digit
 * in which its tick differs from the present one, in the bucket of that digit:
 *
 *   present tick        0 : 2 : 5   (133)     in base 64
 *   timer due at 135    0 : 2 : 7             level 0, bucket 7
 *   timer due at 200    0 : 3 : 8             level 1, bucket 3
 *   timer due at 8200   2 : 0 : 8             level 2, bucket 2
 *
 * When the present tick enters the bucket of an upper level - at 0:3:0, which is 192, bucket 3 of level 1 - the bucket is
 * taken down, and its timers are placed anew, each at least one level lower: a cascade. The timer due at 200 goes to
 * level 0, bucket 8. Two things follow:
 *
 *   - a bucket behind the present digit is empty, so the next one that matters is the lowest bit of an occupancy word above
 *     the present digit, on the lowest level that has one: nothing is visited that is empty;
 *   - bucket (present tick mod 64) of level 0 can hold only what is due. What is overdue when it is placed goes there too.
 *
 * A bucket is an array of references, and a timer knows its place in it: removing swaps it with the last. A timer that is
 * cascaded or expires costs one access to memory that is not in a cache; in a linked list it would cost three.
 *
 * The state of a timer may be ahead of its place: cancelled or given another tick by a thread that may not touch the buckets.
 * Whoever meets such a timer settles it.
 */

/** The levels of a wheel. Not thread-safe: a wheel of one thread owns it, or a lock guards it. */
final class Buckets {

    static final int BITS = 6;
    static final int PER_LEVEL = 1 << BITS;

    /** Enough for a {@code long} of nanoseconds in ticks of a microsecond. */
    static final int LEVELS = 9;

    private static final int DIGIT = PER_LEVEL - 1;
    private static final int LEAST_CAPACITY = 8;

    /** An array up to this length is kept when its bucket has become empty, so that a steady load allocates nothing. */
    static final int KEPT = 1_024;

    private static final @Nullable Timer[] EMPTY = new Timer[0];

    private final long[] occupied = new long[LEVELS];
    private final @Nullable Timer[][] timers = new Timer[LEVELS * PER_LEVEL][];
    private final int[] sizes = new int[LEVELS * PER_LEVEL];
    private long nowTick;
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
            occupied[bucket / PER_LEVEL] |= 1L << bucket;
        }
        array[at] = timer;
        timer.bucket = (short) bucket;
        timer.position = at;
        size++;
    }

    private int bucketOf(long tick) {
        if (tick <= nowTick) {
            return digit(nowTick, 0);
        }
        int level = (63 - Long.numberOfLeadingZeros(tick ^ nowTick)) / BITS;
        return index(level, digit(tick, level));
    }

    private static int digit(long tick, int level) {
        return (int) (tick >>> (level * BITS)) & DIGIT;
    }

    private static int index(int level, int digit) {
        return level * PER_LEVEL + digit;
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
            int due = digit(nowTick, 0);
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
        if ((occupied[0] & (1L << nowTick)) != 0) {
            return nowTick;
        }
        for (int level = 0; level < LEVELS; level++) {
            long later = later(level);
            if (later != 0) {
                return startOf(level, Long.numberOfTrailingZeros(later));
            }
        }
        return Ticks.NEVER;
    }

    private boolean moveOn(long targetTick) {
        for (int level = 0; level < LEVELS; level++) {
            long later = later(level);
            if (later != 0) {
                int digit = Long.numberOfTrailingZeros(later);
                long start = startOf(level, digit);
                if (start > targetTick) {
                    break;
                }
                // After a long absence all of the bucket may be due: then none of it visits the levels between.
                nowTick = Math.min(targetTick, start + (1L << (level * BITS)) - 1);
                if (level > 0) {
                    cascade(index(level, digit));
                }
                return true;
            }
        }
        nowTick = Math.max(nowTick, targetTick);
        return false;
    }

    /** The occupied buckets of a level that are ahead of the present tick. */
    private long later(int level) {
        return occupied[level] & (-2L << digit(nowTick, level));
    }

    private long startOf(int level, int digit) {
        int shift = level * BITS;
        return (((nowTick >>> shift) & ~DIGIT) | digit) << shift;
    }

    private void cascade(int bucket) {
        @Nullable Timer[] array = timers[bucket];
        int count = sizes[bucket];
        discard(bucket);
        sizes[bucket] = 0;
        size -= count;
        occupied[bucket / PER_LEVEL] &= ~(1L << bucket);
        for (int i = 0; i < count; i++) {
            Timer timer = taken(array, i);
            timer.position = Timer.NOWHERE;
            settle(timer, timer.state());
        }
    }

    private Timer takeLast(int bucket) {
        int at = --sizes[bucket];
        size--;
        if (at == 0) {
            occupied[bucket / PER_LEVEL] &= ~(1L << bucket);
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
        for (int level = 0; level < LEVELS; level++) {
            if (occupied[level] != 0) {
                Timer timer = takeLast(index(level, Long.numberOfTrailingZeros(occupied[level])));
                timer.position = Timer.NOWHERE;
                return timer;
            }
        }
        return null;
    }
}
