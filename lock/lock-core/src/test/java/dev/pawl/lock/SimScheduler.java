package dev.pawl.lock;

import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Virtual time in nanoseconds, and what happens in it, all on the calling thread. A process that stands still in the midst of its
 * code runs, in that place, what happens elsewhere meanwhile. Events of one moment happen in random order.
 */
final class SimScheduler {

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final SplittableRandom random;
    private long now = 1;
    private long scheduled;
    private int depth;
    private boolean over;

    SimScheduler(SplittableRandom random) {
        this.random = random;
    }

    long now() {
        return now;
    }

    void after(long nanos, Runnable what) {
        events.add(new Event(now + Math.max(0, nanos), random.nextInt(), scheduled++, what));
    }

    /** Runs what is due within some time. */
    void run(long nanos) {
        long end = now + nanos;
        depth++;
        while (!over) {
            Event next = events.peek();
            if (next == null || next.at > end) {
                now = Math.max(now, end);
                break;
            }
            events.remove();
            now = Math.max(now, next.at);
            next.what.run();
        }
        depth--;
    }

    /** How many processes stand still in the midst of their code. */
    int depth() {
        return depth;
    }

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
