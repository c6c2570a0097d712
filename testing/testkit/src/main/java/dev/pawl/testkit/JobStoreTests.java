package dev.pawl.testkit;

import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
import dev.pawl.delay.spi.Dedup;
import dev.pawl.delay.spi.Due;
import dev.pawl.delay.spi.JobBody;
import dev.pawl.delay.spi.JobStore;
import dev.pawl.delay.spi.NewJob;
import dev.pawl.delay.spi.Partition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/** What the tests of a job store share: clients, jobs, and the end of each test. */
abstract class JobStoreTests {

    /** Longer than any test runs. */
    static final Duration LONG = Duration.ofMinutes(10);
    /** Short enough to wait for. */
    static final Duration SHORT = Duration.ofMillis(150);

    private static final Duration STEP = Duration.ofMillis(10);

    private final List<JobStore> stores = new ArrayList<>();
    private final List<JobClient> clients = new ArrayList<>();
    private final String prefix = "tck-" + UUID.randomUUID();

    /**
     * Opens a store. Each that a test opens stands for one process: over the same data, they must not share anything in memory that
     * processes could not share. It is closed after the test.
     *
     * @param retryHorizon for how long it must remember what is finished: one second, or ten minutes
     * @return a store that is ready for use
     * @throws Exception if the store cannot be opened, which fails the test
     */
    protected abstract JobStore open(Duration retryHorizon) throws Exception;

    /**
     * Lets time pass on the store's clock: really, unless overridden.
     *
     * @param time at least how long
     */
    protected void pass(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    /**
     * Sets the store's clock back, if this test can do that.
     *
     * @param step how far
     * @return true if it was set back; false, unless overridden, if that cannot be done
     */
    protected boolean setBack(Duration step) {
        return false;
    }

    /**
     * Says for how long a test waits for what must come.
     *
     * @return 30 seconds unless overridden
     */
    protected Duration patience() {
        return Duration.ofSeconds(30);
    }

    /** Closes what a test has opened. */
    @AfterEach
    final void close() {
        clients.forEach(client -> client.session.close());
        stores.forEach(JobStore::close);
    }

    final JobStore store(Duration retryHorizon) throws Exception {
        JobStore store = open(retryHorizon);
        stores.add(store);
        return store;
    }

    /** A client of this test's partition, in a process of its own. */
    final JobClient client() throws Exception {
        return client(partition());
    }

    final JobClient client(Partition partition) throws Exception {
        return client(store(LONG), partition);
    }

    final JobClient client(JobStore store, Partition partition) {
        JobClient client = new JobClient(store, partition);
        clients.add(client);
        return client;
    }

    final Partition partition() {
        return partition("", 0);
    }

    final Partition partition(String name, int number) {
        return new Partition(prefix + name, number);
    }

    /** Waits for what must come, while time passes. */
    final void await(String what, BooleanSupplier condition) {
        new Waits(patience()).await(what, () -> {
            if (condition.getAsBoolean()) {
                return true;
            }
            pass(STEP);
            return false;
        });
    }

    /** Waits until the store's clock has reached a time, without a claim of the test's own partition. */
    final void awaitTime(Instant time) throws Exception {
        JobClient clock = client(partition("clock", 0));
        await("the store's clock reaches " + time, () -> !clock.claim(1).at().isBefore(time));
    }

    /** Claims until there is something. */
    final ClaimedJob awaitJob(JobClient client) {
        List<ClaimedJob> jobs = new ArrayList<>();
        await("a job comes", () -> jobs.addAll(client.claim(1).jobs()));
        return jobs.get(0);
    }

    static NewJob job(String id) {
        return job(id, Duration.ZERO);
    }

    static NewJob job(String id, Duration delay) {
        return job(id, Due.in(delay));
    }

    static NewJob job(String id, Due due) {
        return job(id, due, "body of " + id);
    }

    static NewJob job(String id, Due due, String body) {
        NewJob.Terms terms = new NewJob.Terms(100, Optional.empty());
        return new NewJob(id, ThreadLocalRandom.current().nextLong(), body(body), due, terms, Optional.empty());
    }

    static JobBody body(String text) {
        return JobBody.of(text.getBytes(StandardCharsets.UTF_8));
    }

    static NewJob withBody(NewJob job, JobBody body) {
        return new NewJob(job.id(), job.request(), body, job.due(), job.terms(), job.dedup());
    }

    static NewJob withAttempts(NewJob job, int attempts) {
        NewJob.Terms terms = new NewJob.Terms(attempts, job.terms().ttl());
        return new NewJob(job.id(), job.request(), job.body(), job.due(), terms, job.dedup());
    }

    static NewJob withTtl(NewJob job, Duration ttl) {
        NewJob.Terms terms = new NewJob.Terms(job.terms().attempts(), Optional.of(ttl));
        return new NewJob(job.id(), job.request(), job.body(), job.due(), terms, job.dedup());
    }

    static NewJob withKey(NewJob job, Dedup.Mode mode) {
        return withKey(job, "key", mode);
    }

    static NewJob withKey(NewJob job, String key, Dedup.Mode mode) {
        Optional<Dedup> dedup = Optional.of(new Dedup(key, mode));
        return new NewJob(job.id(), job.request(), job.body(), job.due(), job.terms(), dedup);
    }
}
