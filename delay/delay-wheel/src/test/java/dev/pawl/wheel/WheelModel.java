package dev.pawl.wheel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Drives a wheel by random operations and holds it against a priority queue: what is due fires, all of it and nothing else.
 * Time is nanoseconds since the wheel was made.
 */
final class WheelModel {

    /** The wheel under test. */
    interface Subject {

        Timer schedule(long deadlineNanos, Runnable task);

        boolean reschedule(Timer timer, long deadlineNanos);

        int advance(long nowNanos, int limit);
    }

    private record Entry(long deadlineNanos, int number) {}

    private final SplittableRandom random;
    private final Subject subject;
    private final long tickNanos;
    private final long lastNanos;

    private final PriorityQueue<Entry> queue =
            new PriorityQueue<>((a, b) -> Long.compare(a.deadlineNanos, b.deadlineNanos));
    private final List<Timer> timers = new ArrayList<>();
    private final Map<Integer, Long> pending = new HashMap<>();
    private final List<Integer> live = new ArrayList<>();
    private long nowNanos;
    private int fired;

    WheelModel(long seed, Subject subject, long tickNanos, long lastNanos) {
        this.random = new SplittableRandom(seed);
        this.subject = subject;
        this.tickNanos = tickNanos;
        this.lastNanos = lastNanos;
    }

    /** Runs so many operations, and gives how many timers fired. */
    int run(int operations) {
        for (int i = 0; i < operations; i++) {
            operate();
            if (random.nextInt(4) == 0) {
                advance();
            }
        }
        nowNanos = lastNanos;
        advanceUntilNothingIsDue();
        return fired;
    }

    private void operate() {
        switch (random.nextInt(6)) {
            case 0, 1, 2 -> schedule();
            case 3 -> cancel();
            default -> reschedule();
        }
    }

    private void schedule() {
        int number = timers.size();
        long deadline = deadline();
        pending.put(number, deadline);
        queue.add(new Entry(deadline, number));
        live.add(number);
        timers.add(subject.schedule(deadline, () -> fires(number)));
    }

    private void cancel() {
        int number = any();
        if (number >= 0) {
            assertThat(timers.get(number).cancel()).isEqualTo(pending.remove(number) != null);
            assertThat(timers.get(number).isPending()).isFalse();
        }
    }

    private void reschedule() {
        int number = any();
        if (number >= 0) {
            long deadline = deadline();
            boolean wasPending = pending.containsKey(number);
            assertThat(subject.reschedule(timers.get(number), deadline)).isEqualTo(wasPending);
            if (wasPending) {
                pending.put(number, deadline);
                queue.add(new Entry(deadline, number));
            }
        }
    }

    /** One that was pending not long ago, and mostly still is. */
    private int any() {
        if (live.isEmpty()) {
            return -1;
        }
        int at = random.nextInt(live.size());
        int number = live.get(at);
        if (!pending.containsKey(number)) {
            live.set(at, live.get(live.size() - 1));
            live.remove(live.size() - 1);
        }
        return number;
    }

    private void fires(int number) {
        Long deadline = pending.remove(number);
        assertThat(deadline).as("%d fires once", number).isNotNull();
        assertThat(deadline).as("%d is not early", number).isLessThanOrEqualTo(nowNanos);
        assertThat(timers.get(number).isPending()).isFalse();
        fired++;
        if (random.nextInt(3) == 0) {
            operate();
        }
    }

    private void advance() {
        if (random.nextInt(3) == 0) {
            int limit = 1 + random.nextInt(3);
            move();
            assertThat(subject.advance(nowNanos, limit)).isLessThanOrEqualTo(limit);
        } else {
            move();
            advanceUntilNothingIsDue();
        }
    }

    private void advanceUntilNothingIsDue() {
        int limit = 1 + random.nextInt(100);
        int ran;
        do {
            ran = subject.advance(nowNanos, limit);
        } while (ran == limit);
        long reached = nowNanos / tickNanos * tickNanos;
        while (!queue.isEmpty() && queue.peek().deadlineNanos <= reached) {
            Entry due = queue.poll();
            assertThat(pending.getOrDefault(due.number, Long.MAX_VALUE))
                    .as("%d is due and has fired, or has another deadline", due.number)
                    .isGreaterThan(reached);
        }
    }

    private void move() {
        long step = random.nextInt(50) == 0 ? magnitude(62) : magnitude(36);
        nowNanos = nowNanos + step < 0 ? lastNanos : Math.min(lastNanos, nowNanos + step);
    }

    private long deadline() {
        long ahead =
                switch (random.nextInt(10)) {
                    case 0 -> edge();
                    case 1 -> -magnitude(62);
                    case 2 -> Long.MAX_VALUE - random.nextInt(3);
                    case 3 -> 0;
                    case 4 -> magnitude(63);
                    default -> magnitude(38);
                };
        long deadline = nowNanos + ahead;
        return ahead > 0 && deadline < nowNanos ? Long.MAX_VALUE : deadline;
    }

    /** About where one level ends and the next begins. */
    private long edge() {
        long ticks = (1L << Buckets.BITS * random.nextInt(1, 7)) + random.nextInt(-1, 2);
        return ticks * tickNanos + random.nextInt(-1, 2);
    }

    private long magnitude(int bits) {
        return random.nextLong() >>> 64 - random.nextInt(1, bits + 1);
    }
}
