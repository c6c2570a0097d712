package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.lock.LockService;
import dev.pawl.lock.spi.LockBackend;
import dev.pawl.lock.spi.LockFeature;
import dev.pawl.lock.spi.LockResource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;

/** What the tests of a lock backend share: clients, resources of their own, and the end of each test. */
abstract class LockBackendTests {

    /** Longer than any test runs. */
    static final Duration LONG = Duration.ofMinutes(2);
    /** Long enough for a request to come in time. */
    static final Duration MEDIUM = Duration.ofSeconds(1);
    /** Long enough for some requests. */
    static final Duration TOMBSTONE = Duration.ofSeconds(2);
    /** What a tombstone that the core leaves lasts at least, so that the end of a test does not wait for longer. */
    static final Duration LEAST_TOMBSTONE = Duration.ofSeconds(10);
    /** Short enough to wait for. */
    static final Duration SHORT = Duration.ofMillis(150);

    private final List<LockBackend> backends = new ArrayList<>();
    private final List<LockClient> clients = new ArrayList<>();
    private final List<LockService> services = new ArrayList<>();
    private final String prefix = "tck-" + UUID.randomUUID();

    /**
     * Opens a backend over the data of this test. Each that a test opens stands for one process: over the same data, they
     * must not share anything in memory that processes could not share. It is closed after the test.
     *
     * @return a backend that is ready for use
     * @throws Exception if the backend cannot be opened, which fails the test
     */
    protected abstract LockBackend open() throws Exception;

    /**
     * Tells whether the store grants to those who wait, and has them told. Without it their turn comes when they ask.
     *
     * @return true unless overridden
     */
    protected boolean grantsByMessage() {
        return true;
    }

    /**
     * Counts the resources of which the store keeps a holder, a waiting contender or an ended attempt: what must go when
     * nobody holds or waits. What it keeps so that tokens rise does not count.
     *
     * @return how many, or empty unless overridden, if the backend cannot tell
     */
    protected OptionalInt kept() {
        return OptionalInt.empty();
    }

    /**
     * Says for how long a test waits for what must come.
     *
     * @return a minute unless overridden
     */
    protected Duration patience() {
        return Duration.ofMinutes(1);
    }

    /** Gives back what a test has left, and looks whether anything stays. */
    @AfterEach
    final void nothingIsKeptOfWhatNobodyHolds() {
        services.forEach(LockService::close);
        clients.forEach(LockClient::clear);
        if (kept().isPresent()) {
            waits().await("the store keeps nothing", () -> kept().orElse(0) == 0);
        }
        clients.forEach(client -> client.session.close());
        backends.forEach(LockBackend::close);
    }

    final Waits waits() {
        return new Waits(patience());
    }

    final LockBackend backend() throws Exception {
        LockBackend backend = open();
        backends.add(backend);
        return backend;
    }

    final LockClient client() throws Exception {
        LockClient client = new LockClient(backend(), waits());
        clients.add(client);
        return client;
    }

    final LockService service() throws Exception {
        return service(backend());
    }

    final LockService service(LockBackend backend) {
        return service(LockService.of(backend));
    }

    final LockService service(LockService service) {
        services.add(service);
        return service;
    }

    /** A name that no other test uses. */
    final String name(String name) {
        return prefix + name;
    }

    final LockResource lock() {
        return new LockResource(LockResource.Kind.LOCK, name(""));
    }

    static void assumeOffered(LockClient client, LockFeature feature) {
        assumeOffered(client.backend, feature);
    }

    static void assumeOffered(LockBackend backend, LockFeature feature) {
        assumeTrue(backend.guarantees().features().contains(feature), () -> "the store does not offer " + feature);
    }

    static void assertGreater(long later, long earlier) {
        assertThat(later).as("base of the later grant").isGreaterThan(earlier);
    }
}
