package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.server.Rest.Answer;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.SegmentDemand;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.spi.TagAdmin;
import dev.pawl.idgen.spi.TagState;
import dev.pawl.idgen.spi.WorkerLeaseStore;
import dev.pawl.idgen.spi.WorkerRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Another is quicker, between what an operator's call reads and what it writes. */
class LostRaceIT {

    /** Reserves a number of the tag before every change. */
    private record RacedTags(SegmentStore real) implements SegmentStore, TagAdmin {

        private TagAdmin admin() {
            return (TagAdmin) real;
        }

        @Override
        public CompletionStage<Boolean> compareAndSet(TagState next) {
            return real.reserve(next.name(), 1).thenCompose(taken -> admin().compareAndSet(next));
        }

        @Override
        public CompletionStage<Optional<TagState>> find(String tag) {
            return admin().find(tag);
        }

        @Override
        public CompletionStage<List<TagState>> list(String after, int limit) {
            return admin().list(after, limit);
        }

        @Override
        public CompletionStage<Boolean> create(SegmentTag tag) {
            return real.create(tag);
        }

        @Override
        public CompletionStage<Reservation> reserve(SegmentDemand demand) {
            return real.reserve(demand);
        }

        @Override
        public CompletionStage<Boolean> giveBack(String tag, Reservation.Range range, long lastUsed) {
            return real.giveBack(tag, range, lastUsed);
        }

        @Override
        public Guarantee guarantee() {
            return real.guarantee();
        }
    }

    /** Renews the lease, as its holder does, before every change. */
    private record RacedWorkers(WorkerLeaseStore real) implements WorkerLeaseStore {

        @Override
        public CompletionStage<Boolean> compareAndSet(
                String space, Optional<WorkerRecord> expected, WorkerRecord next) {
            WorkerRecord before = expected.orElseThrow();
            return real.compareAndSet(space, expected, before.withToTick(before.toTick() + 1, before.window()))
                    .thenCompose(renewed -> real.compareAndSet(space, expected, next));
        }

        @Override
        public CompletionStage<List<WorkerRecord>> readAll(String space) {
            return real.readAll(space);
        }

        @Override
        public CompletionStage<Optional<WorkerRecord>> read(String space, int workerId) {
            return real.read(space, workerId);
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

    private static TestService service() {
        return TestService.withStores(
                plain -> Stores.of(new RacedTags(plain.segments()), new RacedWorkers(plain.workers())));
    }

    @Test
    void aChangeThatARangeCameBeforeIsNotMade() {
        try (TestService service = service()) {
            String orders = "/admin/v1/tags/orders";
            Answer answer = service.rest.send(
                    "PUT", orders, "{\"paused\":true}".getBytes(StandardCharsets.UTF_8), "If-Match", "\"0\"");
            assertThat(answer.status()).isEqualTo(412);
            assertThat(answer.problem()).isEqualTo("precondition-failed");
            assertThat(Rest.json(service.rest.get(orders).text()))
                    .containsEntry("paused", "false")
                    .containsEntry("lastId", "1");
        }
    }

    @Test
    void aRevocationThatARenewalCameBeforeIsNotMade() {
        try (TestService service = service()) {
            // Of nobody in this process, so that nobody else renews it.
            WorkerRecord before = new WorkerRecord(6, UUID.randomUUID(), 100, 200, Duration.ofSeconds(3), "another", 1);
            service.workers.compareAndSet("snowflakes", Optional.empty(), before);
            Answer answer =
                    service.rest.send("POST", "/admin/v1/workers/snowflakes/6/revoke", null, "If-Match", "\"1\"");
            assertThat(answer.status()).isEqualTo(412);
            assertThat(answer.problem()).isEqualTo("precondition-failed");
            assertThat(read(service).incarnation()).isEqualTo(before.incarnation());
            assertThat(read(service).revision()).as("the renewal's").isEqualTo(2);
        }
    }

    private static WorkerRecord read(TestService service) {
        return service.workers
                .read("snowflakes", 6)
                .toCompletableFuture()
                .join()
                .orElseThrow();
    }
}
