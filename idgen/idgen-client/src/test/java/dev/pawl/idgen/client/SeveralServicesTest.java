package dev.pawl.idgen.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.testkit.ManualClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeveralServicesTest {

    private static final URI A = URI.create("http://a.example.org");
    private static final URI B = URI.create("http://b.example.org");
    private static final URI C = URI.create("http://c.example.org");
    private static final Duration LONG = Duration.ofMinutes(5);

    private final ManualClock clock = ManualClock.startingAt(Instant.EPOCH);
    private final FakeWire wire = new FakeWire(FakeWire::dead);
    private final IdServiceClient client = client(A, B);

    @Test
    void theWishOfOneServiceForAPauseDoesNotKeepFromAnother() {
        for (int i = 0; i < 20; i++) {
            Calls.failure(client.reserve("others", 10));
        }
        assertThat(client.stats().heldBack()).isPositive();
        int before = wire.sent.size();
        URI last = wire.sent.get(before - 1).service();
        wire.service = (service, call) ->
                service.equals(last) ? FakeWire.range("orders", 1, 10, 1) : FakeWire.problem(503, "draining", LONG);

        assertThat(Calls.failure(client.reserve("orders", 10))).hasMessageContaining("draining");
        clock.advance(Duration.ofSeconds(1));

        assertThat(Calls.result(client.reserve("orders", 10))).isEqualTo(new Range(1, 10, 1));
        assertThat(wire.sent).as("no retry was left for the first call").hasSize(before + 2);
    }

    @Test
    void thePauseIsKeptWhereEveryServiceWasAsked() {
        wire.service = (service, call) -> FakeWire.problem(503, "draining", LONG);
        Calls.failure(client.reserve("orders", 10));
        clock.advance(LONG.minusMillis(1));

        Calls.failure(client.reserve("orders", 10));

        assertThat(wire.sent).extracting(FakeWire.Sent::service).containsExactly(A, B);
    }

    @Test
    void aCallThatHasTakenLongGoesNowhereElseSinceItsGeneratorWillNotWait() {
        IdServiceClient three = client(A, B, C);
        wire.service = (service, call) -> {
            clock.advance(Duration.ofSeconds(2));
            return FakeWire.dead(service, call);
        };

        Calls.failure(three.reserve("orders", 10));
        assertThat(wire.sent).extracting(FakeWire.Sent::service).containsExactly(A, B);

        Calls.failure(three.reserve("orders", 10));
        assertThat(wire.sent).extracting(FakeWire.Sent::service).containsExactly(A, B, C, A);
    }

    @Test
    void aServiceThatAnotherCallHasLeftIsNotSkippedTwice() {
        Services services = new Services(List.of(A, B, C));

        services.leave(A);
        services.leave(A);

        assertThat(services.asked()).isEqualTo(B);
    }

    @Test
    void afterTheLastServiceTheFirstOneIsAsked() {
        Services services = new Services(List.of(A, B));

        services.leave(A);
        services.leave(B);

        assertThat(services.asked()).isEqualTo(A);
    }

    @Test
    void aClosedClientGoesNowhereElse() {
        wire.service = (service, call) -> {
            client.close();
            return FakeWire.dead(service, call);
        };

        Calls.failure(client.reserve("orders", 10));

        assertThat(wire.sent).hasSize(1);
    }

    private IdServiceClient client(URI... services) {
        return new IdServiceClient(new Services(List.of(services)), wire, clock);
    }
}
