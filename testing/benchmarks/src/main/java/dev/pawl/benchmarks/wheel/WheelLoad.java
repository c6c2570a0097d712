package dev.pawl.benchmarks.wheel;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** A program that puts one load on one timer and prints what it saw in one line of numbers. */
public final class WheelLoad {

    private static final long SECOND = 1_000_000_000;
    private static final long HOUR = 3_600 * SECOND;
    private static final int CHUNK = 256;
    private static final Runnable NOTHING = () -> {};

    private WheelLoad() {}

    /**
     * Runs one load.
     *
     * @param args the load, the timer, and the load's own numbers
     * @throws Exception if it fails
     */
    public static void main(String[] args) throws Exception {
        List<Integer> numbers = Stream.of(args).skip(2).map(Integer::parseInt).toList();
        double[] seen =
                switch (args[0]) {
                    case "pairs" -> pairs(args[1], numbers.get(0), numbers.get(1), numbers.get(2));
                    case "memory" -> memory(args[1], numbers.get(0));
                    case "hour" -> hour(args[1], numbers.get(0), numbers.get(1));
                    case "due" -> due(args[1], numbers.get(0));
                    case "rest" -> rest(args[1], numbers.get(0), numbers.get(1));
                    default -> throw new IllegalArgumentException("no such load: load=" + args[0]);
                };
        System.out.println(
                String.join(" ", Arrays.stream(seen).mapToObj(Double::toString).toList()));
        System.exit(0);
    }

    /** Timers due in an hour or two, so that none is due while it is measured. */
    private static Object[] fill(TimerPeer peer, int pending) {
        SplittableRandom random = new SplittableRandom(1);
        Object[] handles = new Object[pending];
        for (int i = 0; i < pending; i++) {
            handles[i] = peer.schedule(HOUR + random.nextLong(HOUR), NOTHING);
        }
        return handles;
    }

    /** Pairs of schedule and cancel a second, and a second of processor time; delays of 30 s and some more, as leases have. */
    private static double[] pairs(String name, int threads, int pending, int millis) throws InterruptedException {
        TimerPeer peer = Peers.threadSafe(name);
        Object[] handles = fill(peer, pending);
        pairsOnce(peer, threads, Math.max(1_000, millis));
        double[] seen = pairsOnce(peer, threads, millis);
        peer.cancel(handles[pending - 1]);
        return seen;
    }

    private static double[] pairsOnce(TimerPeer peer, int threads, int millis) throws InterruptedException {
        LongAdder pairs = new LongAdder();
        OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long processor = process.getProcessCpuTime();
        long before = System.nanoTime();
        long until = before + millis * 1_000_000L;
        List<Thread> workers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            long seed = t;
            Thread worker = new Thread(() -> {
                long spread = seed * 7_777_777;
                while (System.nanoTime() < until) {
                    for (int i = 0; i < CHUNK; i++) {
                        spread = spread * 6364136223846793005L + 1442695040888963407L;
                        peer.cancel(peer.schedule(30 * SECOND + (spread >>> 30), NOTHING));
                    }
                    pairs.add(CHUNK);
                }
            });
            worker.start();
            workers.add(worker);
        }
        for (Thread worker : workers) {
            worker.join();
        }
        long nanos = System.nanoTime() - before;
        processor = process.getProcessCpuTime() - processor;
        return new double[] {pairs.sum() * 1e9 / nanos, pairs.sum() * 1e9 / processor};
    }

    /** Bytes of heap for each pending timer, the handle counted, the array that holds the handles and the task not. */
    private static double[] memory(String name, int pending) throws Exception {
        TimerPeer peer = Peers.threadSafe(name);
        Object[] handles = new Object[pending];
        long before = used();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < pending; i++) {
            handles[i] = peer.schedule(10 * SECOND + random.nextLong(HOUR), NOTHING);
        }
        long after = used();
        peer.cancel(handles[0]);
        return new double[] {(double) (after - before) / pending};
    }

    private static long used() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(200);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Nanoseconds of processor time for each expiry of an hour of timers, millisecond by millisecond; median of some rounds. */
    private static double[] hour(String name, int pending, int rounds) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        double[] perExpiry = new double[rounds];
        for (int round = 0; round < rounds + 1; round++) {
            VirtualPeer peer = Peers.virtual(name);
            SplittableRandom random = new SplittableRandom(round);
            long[] expired = new long[1];
            Runnable task = () -> expired[0]++;
            for (int i = 0; i < pending; i++) {
                peer.schedule(random.nextLong(HOUR), task);
            }
            System.gc();
            long before = threads.getCurrentThreadCpuTime();
            for (long now = 0; now <= HOUR + 2_000_000; now += 1_000_000) {
                peer.advance(now);
            }
            long nanos = threads.getCurrentThreadCpuTime() - before;
            if (expired[0] != pending) {
                throw new IllegalStateException("all must expire: expired=" + expired[0] + ", pending=" + pending);
            }
            if (round > 0) {
                perExpiry[round - 1] = (double) nanos / pending;
            }
        }
        Arrays.sort(perExpiry);
        return new double[] {perExpiry[rounds / 2]};
    }

    /** Timers due within two seconds: how many early, lateness in ms (p50, p99, most), processor seconds of the JVM's threads. */
    private static double[] due(String name, int pending) throws InterruptedException {
        TimerPeer peer = Peers.threadSafe(name);
        for (int i = 0; i < 2; i++) {
            dueOnce(peer, pending / 4);
        }
        return dueOnce(peer, pending);
    }

    private static double[] dueOnce(TimerPeer peer, int pending) throws InterruptedException {
        long[] deadlines = new long[pending];
        long[] late = new long[pending];
        CountDownLatch all = new CountDownLatch(pending);
        SplittableRandom random = new SplittableRandom(1);
        // The first is due when all are scheduled and the collector has nothing left to do.
        long start = System.nanoTime() + SECOND + pending * 4_000L;
        for (int i = 0; i < pending; i++) {
            int number = i;
            deadlines[i] = start + random.nextLong(2 * SECOND);
            peer.schedule(deadlines[i] - System.nanoTime(), () -> {
                late[number] = System.nanoTime() - deadlines[number];
                all.countDown();
            });
        }
        System.gc();
        TimeUnit.NANOSECONDS.sleep(start - System.nanoTime() - 20_000_000);
        if (System.nanoTime() > start) {
            throw new IllegalStateException("scheduling must end before the first is due: pending=" + pending);
        }
        double processor = processorSecondsOfThreads();
        all.await();
        processor = processorSecondsOfThreads() - processor;
        long early = Arrays.stream(late).filter(nanos -> nanos < 0).count();
        Arrays.sort(late);
        return new double[] {
            early, late[pending / 2] / 1e6, late[(int) (pending * 0.99)] / 1e6, late[pending - 1] / 1e6, processor
        };
    }

    /** Of threads that run Java, so that the compiler's and the collector's work, which is over sooner or later, is left out. */
    private static double processorSecondsOfThreads() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getAllThreadIds())
                        .map(threads::getThreadCpuTime)
                        .filter(nanos -> nanos > 0)
                        .sum()
                / 1e9;
    }

    /** With so many pending and nothing due: voluntary switches of all threads and processor ms, each per second. */
    private static double[] rest(String name, int pending, int millis) throws Exception {
        TimerPeer peer = Peers.threadSafe(name);
        Object[] handles = fill(peer, pending);
        System.gc();
        TimeUnit.SECONDS.sleep(1);
        OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long processor = process.getProcessCpuTime();
        long switches = switches();
        TimeUnit.MILLISECONDS.sleep(millis);
        switches = switches() - switches;
        processor = process.getProcessCpuTime() - processor;
        peer.cancel(handles[0]);
        return new double[] {switches * 1e3 / millis, processor / 1e3 / millis};
    }

    private static long switches() throws IOException {
        long sum = 0;
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                for (String line : Files.readAllLines(task.resolve("status"))) {
                    if (line.startsWith("voluntary_ctxt_switches")) {
                        sum += Long.parseLong(
                                line.substring(line.indexOf(':') + 1).strip());
                    }
                }
            }
        }
        return sum;
    }
}
