package dev.pawl.idgen.snowflake;

import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * Virtual time, and what happens in it, all on the calling thread. Whoever waits runs what is due meanwhile, itself
 * included: so a wait of one process is where the others, and its own other threads, go on. Events of one millisecond
 * happen in random order.
 */
final class SimScheduler {

    private static final int DEEPEST_WAIT = 40;

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final SplittableRandom random;
    private long now;
    private long scheduled;
    private int waits;
    private boolean over;

    SimScheduler(SplittableRandom random) {
        this.random = random;
    }

    /** Virtual milliseconds since the start. */
    long now() {
        return now;
    }

    void after(long millis, Runnable what) {
        events.add(new Event(now + millis, random.nextInt(), scheduled++, what));
    }

    /** Runs what is due within so many milliseconds, or until something holds. */
    void run(long millis, BooleanSupplier until) {
        long end = now + millis;
        waits++;
        while (!over && !until.getAsBoolean()) {
            Event next = events.peek();
            if (next == null || next.at > end) {
                now = Math.max(now, end); // those that waited inside this wait may have gone further
                break;
            }
            events.remove();
            now = Math.max(now, next.at);
            next.what.run();
        }
        waits--;
    }

    /** Whether a wait that is not needed would nest too deep. */
    boolean isDeep() {
        return waits >= DEEPEST_WAIT;
    }

    /** Ends the run: nothing happens any more. */
    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    private record Event(long at, int tie, long number, Runnable what) implements Comparable<Event> {

        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            int byTie = byTime != 0 ? byTime : Integer.compare(tie, other.tie);
            return byTie != 0 ? byTie : Long.compare(number, other.number);
        }
    }
}
