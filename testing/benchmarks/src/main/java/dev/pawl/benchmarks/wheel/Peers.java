package dev.pawl.benchmarks.wheel;

import dev.pawl.benchmarks.wheel.FourAryHeap.Entry;
import dev.pawl.wheel.Timer;
import dev.pawl.wheel.TimerThread;
import dev.pawl.wheel.TimingWheel;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.agrona.DeadlineTimerWheel;
import org.agrona.collections.Long2ObjectHashMap;
import org.apache.kafka.server.util.timer.SystemTimer;
import org.apache.kafka.server.util.timer.TimerTask;

/** Each timer as its users would set it up for deadlines to the millisecond and a million of them. */
final class Peers {

    /** So many that even with a million pending a bucket of a hashed wheel is not searched for long. */
    private static final int NETTY_BUCKETS = 1 << 16;

    /** Agrona's buckets are parts of one array: more of them, and few places in each. */
    private static final int AGRONA_BUCKETS = 1 << 20;

    private static final int AGRONA_PLACES = 16;

    private Peers() {}

    static TimerPeer threadSafe(String name) {
        return switch (name) {
            case "wheel" -> wheel();
            case "netty" -> netty();
            case "kafka" -> new Kafka();
            case "stpe" -> stpe();
            case "delayqueue" -> new Queue();
            case "heap4" -> new LockedHeap();
            case "wheel-alone" -> alone(new TimingWheel(), System.nanoTime());
            case "agrona-alone" -> agrona(System.nanoTime());
            case "heap4-alone" -> heapAlone();
            default -> throw new IllegalArgumentException("no such timer: name=" + name);
        };
    }

    static VirtualPeer virtual(String name) {
        return switch (name) {
            case "wheel-alone" -> virtualWheel();
            case "agrona-alone" -> new VirtualAgrona();
            case "heap4-alone" -> virtualHeap();
            default -> throw new IllegalArgumentException("no such timer: name=" + name);
        };
    }

    private static TimerPeer wheel() {
        TimerThread timers = TimerThread.start("wheel");
        return new TimerPeer() {
            @Override
            public Object schedule(long delayNanos, Runnable task) {
                return timers.schedule(delayNanos, task);
            }

            @Override
            public void cancel(Object handle) {
                ((Timer) handle).cancel();
            }
        };
    }

    private static TimerPeer netty() {
        HashedWheelTimer timer = new HashedWheelTimer(1, TimeUnit.MILLISECONDS, NETTY_BUCKETS);
        timer.start();
        return new TimerPeer() {
            @Override
            public Object schedule(long delayNanos, Runnable task) {
                return timer.newTimeout(timeout -> task.run(), delayNanos, TimeUnit.NANOSECONDS);
            }

            @Override
            public void cancel(Object handle) {
                ((Timeout) handle).cancel();
            }
        };
    }

    private static TimerPeer stpe() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
        executor.setRemoveOnCancelPolicy(true);
        return new TimerPeer() {
            @Override
            public Object schedule(long delayNanos, Runnable task) {
                return executor.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
            }

            @Override
            public void cancel(Object handle) {
                ((Future<?>) handle).cancel(false);
            }
        };
    }

    private static TimerPeer alone(TimingWheel wheel, long start) {
        return new TimerPeer() {
            @Override
            public Object schedule(long delayNanos, Runnable task) {
                return wheel.schedule(System.nanoTime() - start + delayNanos, task);
            }

            @Override
            public void cancel(Object handle) {
                ((Timer) handle).cancel();
            }
        };
    }

    /** Without the map from id to task that its user needs. */
    private static TimerPeer agrona(long start) {
        DeadlineTimerWheel wheel =
                new DeadlineTimerWheel(TimeUnit.NANOSECONDS, start, 1 << 20, AGRONA_BUCKETS, AGRONA_PLACES);
        return new TimerPeer() {
            @Override
            public Object schedule(long delayNanos, Runnable task) {
                return wheel.scheduleTimer(System.nanoTime() + delayNanos);
            }

            @Override
            public void cancel(Object handle) {
                wheel.cancelTimer((Long) handle);
            }
        };
    }

    private static TimerPeer heapAlone() {
        FourAryHeap heap = new FourAryHeap();
        return new TimerPeer() {
            @Override
            public Object schedule(long delayNanos, Runnable task) {
                Entry entry = new Entry(System.nanoTime() + delayNanos, task);
                heap.add(entry);
                return entry;
            }

            @Override
            public void cancel(Object handle) {
                heap.remove((Entry) handle);
            }
        };
    }

    private static VirtualPeer virtualWheel() {
        TimingWheel wheel = new TimingWheel();
        return new VirtualPeer() {
            @Override
            public void schedule(long deadlineNanos, Runnable task) {
                wheel.schedule(deadlineNanos, task);
            }

            @Override
            public void advance(long nowNanos) {
                wheel.advance(nowNanos, Integer.MAX_VALUE);
            }
        };
    }

    private static VirtualPeer virtualHeap() {
        FourAryHeap heap = new FourAryHeap();
        return new VirtualPeer() {
            @Override
            public void schedule(long deadlineNanos, Runnable task) {
                heap.add(new Entry(deadlineNanos, task));
            }

            @Override
            public void advance(long nowNanos) {
                for (Entry due = heap.poll(nowNanos); due != null; due = heap.poll(nowNanos)) {
                    due.task.run();
                }
            }
        };
    }

    /** With the map that leads from an id to its task. */
    private static final class VirtualAgrona implements VirtualPeer {

        private final DeadlineTimerWheel wheel =
                new DeadlineTimerWheel(TimeUnit.NANOSECONDS, 0, 1 << 20, AGRONA_BUCKETS, AGRONA_PLACES);
        private final Long2ObjectHashMap<Runnable> tasks = new Long2ObjectHashMap<>();

        @Override
        public void schedule(long deadlineNanos, Runnable task) {
            tasks.put(wheel.scheduleTimer(deadlineNanos), task);
        }

        @Override
        public void advance(long nowNanos) {
            int expired;
            do {
                expired = wheel.poll(nowNanos, this::run, Integer.MAX_VALUE);
            } while (expired > 0 || wheel.currentTickTime() <= nowNanos);
        }

        private boolean run(TimeUnit unit, long now, long id) {
            tasks.remove(id).run();
            return true;
        }
    }

    /** Kafka's purgatory timer with its defaults, and the thread that advances it, as in Kafka's own use. */
    private static final class Kafka implements TimerPeer {

        private final SystemTimer timer = new SystemTimer("kafka");

        Kafka() {
            Thread reaper = new Thread(() -> {
                try {
                    while (true) {
                        timer.advanceClock(200);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            reaper.setDaemon(true);
            reaper.start();
        }

        @Override
        public Object schedule(long delayNanos, Runnable task) {
            // Rounded up, so that it does not count as early.
            TimerTask entry = new TimerTask((delayNanos + 999_999) / 1_000_000) {
                @Override
                public void run() {
                    task.run();
                }
            };
            timer.add(entry);
            return entry;
        }

        @Override
        public void cancel(Object handle) {
            ((TimerTask) handle).cancel();
        }
    }

    /** One thread that takes from a {@link DelayQueue}; cancelling removes. */
    private static final class Queue implements TimerPeer {

        private record Element(long deadlineNanos, Runnable task) implements Delayed {

            @Override
            public long getDelay(TimeUnit unit) {
                return unit.convert(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            }

            @Override
            public int compareTo(Delayed other) {
                return Long.compare(deadlineNanos, ((Element) other).deadlineNanos);
            }

            @Override
            public boolean equals(Object other) {
                return this == other;
            }

            @Override
            public int hashCode() {
                return System.identityHashCode(this);
            }
        }

        private final DelayQueue<Element> queue = new DelayQueue<>();

        Queue() {
            Thread taker = new Thread(() -> {
                try {
                    while (true) {
                        queue.take().task.run();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            taker.setDaemon(true);
            taker.start();
        }

        @Override
        public Object schedule(long delayNanos, Runnable task) {
            Element element = new Element(System.nanoTime() + delayNanos, task);
            queue.add(element);
            return element;
        }

        @Override
        public void cancel(Object handle) {
            queue.remove(handle);
        }
    }

    /** A four-ary heap under a lock, and a thread that waits for its first. */
    private static final class LockedHeap implements TimerPeer {

        private final FourAryHeap heap = new FourAryHeap();
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition earlier = lock.newCondition();

        LockedHeap() {
            Thread runner = new Thread(this::drive);
            runner.setDaemon(true);
            runner.start();
        }

        private void drive() {
            try {
                while (true) {
                    next().task.run();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private Entry next() throws InterruptedException {
            lock.lock();
            try {
                while (true) {
                    long now = System.nanoTime();
                    Entry due = heap.poll(now);
                    if (due != null) {
                        return due;
                    }
                    long ignored = earlier.awaitNanos(heap.nextDeadline() - now);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public Object schedule(long delayNanos, Runnable task) {
            Entry entry = new Entry(System.nanoTime() + delayNanos, task);
            lock.lock();
            try {
                boolean first = entry.deadlineNanos < heap.nextDeadline();
                heap.add(entry);
                if (first) {
                    earlier.signal();
                }
            } finally {
                lock.unlock();
            }
            return entry;
        }

        @Override
        public void cancel(Object handle) {
            lock.lock();
            try {
                heap.remove((Entry) handle);
            } finally {
                lock.unlock();
            }
        }
    }
}
