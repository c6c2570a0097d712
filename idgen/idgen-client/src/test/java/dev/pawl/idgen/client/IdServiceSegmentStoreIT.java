package dev.pawl.idgen.client;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.SegmentDemand;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.store.InMemorySegmentStore;
import dev.pawl.testkit.SegmentStoreTck;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * The client over HTTP to a store in memory; tags are made on the service's side. What the kit asks of bounds and resets is
 * skipped, and of steps above 10,000,000: the service's contract has none.
 */
final class IdServiceSegmentStoreIT extends SegmentStoreTck {

    private final SegmentStore behind = new InMemorySegmentStore();
    private final List<IdServiceClient> clients = new ArrayList<>();
    private FakeIdService service;

    @BeforeEach
    void start() throws IOException {
        service = FakeIdService.over(behind);
    }

    @AfterEach
    void stop() {
        clients.forEach(IdServiceClient::close);
        service.close();
    }

    @Override
    protected SegmentStore open() {
        IdServiceClient client = IdServiceClient.builder(service.uri()).build();
        clients.add(client);
        return new WithTagsOf(behind, client);
    }

    private record WithTagsOf(SegmentStore operator, IdServiceClient client) implements SegmentStore {

        @Override
        public CompletionStage<Boolean> create(SegmentTag tag) {
            assumeTrue(tag.reset().isEmpty(), "the client has no resets");
            return operator.create(tag);
        }

        @Override
        public CompletionStage<Reservation> reserve(SegmentDemand demand) {
            assumeTrue(demand.equals(SegmentDemand.of(demand.tag(), demand.step())), "the client has no bounds");
            assumeTrue(demand.step() <= IdServiceClient.MOST, "the service gives no more at once");
            return client.reserve(demand);
        }

        @Override
        public CompletionStage<Boolean> giveBack(String tag, Reservation.Range range, long lastUsed) {
            return client.giveBack(tag, range, lastUsed);
        }

        @Override
        public Guarantee guarantee() {
            return client.guarantee();
        }
    }
}
