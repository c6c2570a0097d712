package dev.pawl.chaos;

import dev.pawl.chaos.IdHistory.Recording;
import dev.pawl.common.CoordinationException;
import dev.pawl.idgen.IdGenerator;
import dev.pawl.idgen.jdbc.JdbcSegmentStore;
import dev.pawl.idgen.jdbc.JdbcWorkerLeaseStore;
import dev.pawl.idgen.segment.SegmentGenerator;
import dev.pawl.idgen.snowflake.SnowflakeGenerator;
import dev.pawl.idgen.snowflake.Sonyflake;
import dev.pawl.idgen.snowflake.WorkerIds;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The generators of the service in this JVM, on the service's database and beside it, each with a thread that takes ids and
 * writes them into a history. One life.
 */
final class EmbeddedIds implements AutoCloseable {

    private static final int BATCH = 1000;
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final int life;
    private final List<IdGenerator> generators = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, Map<Class<?>, Long>> failures = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Throwable> error = new AtomicReference<>();
    private volatile boolean stopping;

    /**
     * Starts to take ids.
     *
     * @param url the database
     * @param life the life's number in the histories
     * @param hints which worker ids to ask for first, by generator
     * @param clock the wall clock
     */
    EmbeddedIds(String url, int life, Histories histories, Map<String, Integer> hints, Clock clock) {
        this.life = life;
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(url);
        Executor executor = EmbeddedIds::onThreadOfItsOwn;
        JdbcWorkerLeaseStore leases = JdbcWorkerLeaseStore.of(database, executor);
        try {
            take(
                    histories.orders,
                    SegmentGenerator.builder(JdbcSegmentStore.of(database, executor), "orders")
                            .ceiling(SharedStoreRound.GREATEST_STEP)
                            .build());
            take(
                    histories.snowflake,
                    SnowflakeGenerator.builder(workers(leases, "snowflake", hints))
                            .clock(clock)
                            .build());
            take(
                    histories.sonyflake,
                    Sonyflake.builder(workers(leases, "sonyflake", hints))
                            .clock(clock)
                            .build());
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    private static WorkerIds workers(JdbcWorkerLeaseStore leases, String space, Map<String, Integer> hints) {
        WorkerIds ids = WorkerIds.leased(leases, space);
        Integer hint = hints.get(space);
        return hint == null ? ids : ids.withHint(hint);
    }

    private static void onThreadOfItsOwn(Runnable task) {
        daemon("embedded store", task).start();
    }

    private static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private void take(IdHistory history, IdGenerator generator) {
        generators.add(generator);
        Recording recording = history.connection(life);
        Thread thread = daemon("embedded " + history.generator(), () -> run(history.generator(), generator, recording));
        threads.add(thread);
        thread.start();
    }

    private void run(String name, IdGenerator generator, Recording recording) {
        try {
            while (!stopping) {
                try {
                    long[] ids = new long[BATCH];
                    generator.nextIds(ids);
                    recording.add(ids);
                } catch (CoordinationException e) {
                    failures.computeIfAbsent(name, key -> new ConcurrentHashMap<>())
                            .merge(e.getClass(), 1L, Long::sum);
                }
                Await.pass(PAUSE);
            }
        } catch (Throwable e) {
            error.set(e);
        }
    }

    int life() {
        return life;
    }

    /** How often a generator's calls failed like this. */
    long failures(IdHistory history, Class<?> kind) {
        return failures.getOrDefault(history.generator(), Map.of()).getOrDefault(kind, 0L);
    }

    /** Throws if a thread ended by anything but a failure that callers are to expect. */
    void requireNoError() {
        Throwable thrown = error.get();
        if (thrown != null) {
            throw new AssertionError("a generator in process must not fail like this", thrown);
        }
    }

    /** Ends the threads, and then the generators with their marks written. */
    @Override
    public void close() {
        stopping = true;
        for (Thread thread : threads) {
            Await.until(thread.getName() + " ends", Await.PATIENCE, () -> !thread.isAlive());
        }
        generators.forEach(IdGenerator::close);
        requireNoError();
    }
}
