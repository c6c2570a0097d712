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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A store that takes every call and answers none. */
@Tag("slow")
@Timeout(60)
class SilentStoreIT {

    private record SilentTags(Guarantee guarantee) implements SegmentStore, TagAdmin {

        @Override
        public CompletionStage<Boolean> create(SegmentTag tag) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletionStage<Reservation> reserve(SegmentDemand demand) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletionStage<Boolean> giveBack(String tag, Reservation.Range range, long lastUsed) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletionStage<Optional<TagState>> find(String tag) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletionStage<List<TagState>> list(String after, int limit) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletionStage<Boolean> compareAndSet(TagState next) {
            return new CompletableFuture<>();
        }
    }

    @Test
    void nobodyWaitsLongerThanHeSaidOrFiveSeconds() {
        try (TestService service = TestService.withStores(
                plain -> Stores.of(new SilentTags(plain.segments().guarantee()), plain.workers()))) {
            Rest rest = service.rest;
            List<Answer> answers = List.of(
                    rest.send("POST", "/v1/tags/orders/segments", null, "Pawl-Timeout", "100"),
                    rest.get("/admin/v1/tags/orders"));
            for (Answer answer : answers) {
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.problem()).isEqualTo("store-unavailable");
                assertThat(answer.header("retry-after")).isEqualTo("2");
                assertThat(answer.text()).contains("did not answer in time: tag=orders");
            }
            assertThat(rest.get("/tinyid/id/nextSegmentId?bizType=orders").text())
                    .isEqualTo("{\"data\":null,\"code\":6,"
                            + "\"message\":\"the store did not answer in time: generator=orders\"}");
            rest.requireGoesOn();
        }
    }
}
