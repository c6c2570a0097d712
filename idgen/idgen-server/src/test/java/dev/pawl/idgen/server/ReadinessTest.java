package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.IdEvent;
import dev.pawl.idgen.TagPausedException;
import dev.pawl.idgen.segment.SegmentGenerator;
import dev.pawl.idgen.server.ServedGenerator.Kind;
import dev.pawl.idgen.snowflake.SnowflakeGenerator;
import dev.pawl.idgen.snowflake.WorkerIds;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.spi.WorkerLeaseStore;
import dev.pawl.idgen.spi.WorkerRecord;
import dev.pawl.idgen.store.InMemorySegmentStore;
import dev.pawl.idgen.store.InMemoryWorkerLeaseStore;
import dev.pawl.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ReadinessTest {

    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
    private static final GeneratorConfig.Snowflake CONFIG =
            GeneratorConfig.Snowflake.standard("snowflake", Kind.SNOWFLAKE);

    private final ManualClock clock = ManualClock.startingAt(START);
    private final GeneratorEvents events = new GeneratorEvents();

    private SnowflakeGenerator snowflake(WorkerIds workers) {
        return SnowflakeGenerator.builder(workers).clock(clock).ticker(clock).build();
    }

    /** Grants a lease and never renews it, or the renewal in the background would come between. */
    private static final class StoreOfOneWrite implements WorkerLeaseStore {

        private final InMemoryWorkerLeaseStore real = new InMemoryWorkerLeaseStore();
        private final AtomicBoolean written = new AtomicBoolean();

        @Override
        public CompletionStage<List<WorkerRecord>> readAll(String space) {
            return real.readAll(space);
        }

        @Override
        public CompletionStage<Optional<WorkerRecord>> read(String space, int workerId) {
            return real.read(space, workerId);
        }

        @Override
        public CompletionStage<Boolean> compareAndSet(
                String space, Optional<WorkerRecord> expected, WorkerRecord next) {
            return written.compareAndSet(false, true)
                    ? real.compareAndSet(space, expected, next)
                    : CompletableFuture.failedFuture(new BackendException("told to", Outcome.NOT_APPLIED, null));
        }

        @Override
        public CompletionStage<Optional<Instant>> time() {
            return real.time();
        }

        @Override
        public Guarantee guarantee() {
            return real.guarantee();
        }
    }

    @Test
    void aLeaseThatIsNearlyOverCountsOnceItsStoreFails() {
        try (SnowflakeGenerator generator = snowflake(WorkerIds.leased(new StoreOfOneWrite(), "s"))) {
            Duration window = generator.windowRemaining();
            assertThat(window).isGreaterThan(Readiness.NEARLY_OVER);
            clock.advance(window.minus(Duration.ofSeconds(1)));
            assertThat(Readiness.of(generator, events, CONFIG)).isTrue();
            events.on(new IdEvent.StoreFailed(new BackendException("told to", Outcome.UNKNOWN, null)));
            assertThat(Readiness.of(generator, events, CONFIG)).isFalse();
            events.on(new IdEvent.LeaseRenewed(0, 1));
            assertThat(Readiness.of(generator, events, CONFIG)).isTrue();
        }
    }

    @Test
    void aClockSetBackFurtherThanACallWaitsTakesReadinessDown() {
        try (SnowflakeGenerator generator = snowflake(WorkerIds.fixed(1))) {
            clock.advance(Duration.ofSeconds(10));
            assertThat(Readiness.of(generator, events, CONFIG)).isTrue();
            clock.setInstant(START.plusSeconds(9));
            assertThat(Readiness.of(generator, events, CONFIG))
                    .as("a second is waited for")
                    .isTrue();
            clock.setInstant(START.plusSeconds(5));
            assertThat(Readiness.of(generator, events, CONFIG)).isFalse();
            clock.setInstant(START.plusSeconds(11));
            assertThat(Readiness.of(generator, events, CONFIG)).isTrue();
        }
    }

    @Test
    void aClosedGeneratorIsNotReady() {
        SnowflakeGenerator generator = snowflake(WorkerIds.fixed(1));
        generator.close();
        assertThat(Readiness.of(generator, events, CONFIG)).isFalse();
    }

    @Test
    void aTagThatIsUsedUpOrPausedTakesNoInstanceOut() {
        InMemorySegmentStore store = new InMemorySegmentStore();
        store.create(new SegmentTag("short", 1, 5));
        try (SegmentGenerator generator =
                SegmentGenerator.builder(store, "short").listener(events).build()) {
            for (int i = 0; i < 5; i++) {
                generator.nextId();
            }
            generator.nextIdAsync().exceptionally(exhausted -> 0L).join();
            assertThat(generator.stats().remaining()).isZero();
            assertThat(Readiness.of(generator, events)).isTrue();
            events.on(new IdEvent.StoreFailed(new BackendException("told to", Outcome.UNKNOWN, null)));
            assertThat(Readiness.of(generator, events)).isFalse();
            events.on(new IdEvent.StoreFailed(new TagPausedException("told to")));
            assertThat(Readiness.of(generator, events)).isTrue();
        }
    }
}
