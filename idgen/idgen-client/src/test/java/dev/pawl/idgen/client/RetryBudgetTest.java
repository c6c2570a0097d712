package dev.pawl.idgen.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.testkit.ManualClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class RetryBudgetTest {

    private static final URI SERVICE = URI.create("http://ids.example.org");
    private static final Duration TICK = Duration.ofMillis(10);
    private static final int TICKS_OF_A_MINUTE = 6_000;

    /** Ten at once, and three a second. */
    private static final long MINIMUM_OF_A_MINUTE = 10 + 3 * 60;

    private final ManualClock clock = ManualClock.startingAt(Instant.EPOCH);
    private final AtomicLong revision = new AtomicLong();

    /** Callers that ask again and again without any pause of their own, which is more than any generator does. */
    @Test
    void clientsOfADeadServiceSendAtMostATenthMoreThanTheirCallsAndTheMinimum() {
        int clients = 20;
        FakeWire wire = new FakeWire(FakeWire::dead);
        List<IdServiceClient> all =
                IntStream.range(0, clients).mapToObj(i -> client(wire)).toList();

        for (int tick = 0; tick < TICKS_OF_A_MINUTE; tick++) {
            all.forEach(client ->
                    assertThat(Calls.succeeds(client.reserve("orders", 1_000))).isFalse());
            clock.advance(TICK);
        }

        double calls = clients;
        assertThat((double) wire.sent.size()).isLessThanOrEqualTo(1.1 * calls + clients * MINIMUM_OF_A_MINUTE);
        assertThat(wire.sent).as("a lone client goes on asking").hasSizeGreaterThanOrEqualTo(clients * 3 * 60);
        assertThat(all)
                .allSatisfy(client -> assertThat(client.stats().retries() + 1)
                        .isEqualTo(client.stats().requests()));
        assertThat(all.stream().mapToLong(client -> client.stats().heldBack()).sum())
                .isEqualTo((long) clients * TICKS_OF_A_MINUTE - wire.sent.size());
    }

    /** At the generator's own pace, with the shortest pauses that its backoff may draw, and a second of ids in between. */
    @Test
    void aLoneGeneratorIsNotHeldBackWhileItsServiceIsKilledAgainAndAgain() {
        FakeWire wire = new FakeWire(FakeWire::dead);
        IdServiceClient client = client(wire);
        for (int kill = 0; kill < 100; kill++) {
            wire.service = FakeWire::dead;
            for (long pause = 10, passed = 0; passed < 2_000; passed += pause, pause = Math.min(2 * pause, 1_000)) {
                assertThat(Calls.failure(client.reserve("orders", 1_000))).hasMessageContaining("connected to");
                clock.advance(Duration.ofMillis(pause));
            }
            wire.service = (service, call) -> FakeWire.range("orders", 1, 1, revision.incrementAndGet());
            assertThat(Calls.succeeds(client.reserve("orders", 1_000))).isTrue();
            clock.advance(Duration.ofSeconds(1));
        }

        assertThat(client.stats().heldBack()).isZero();
    }

    /** Several addresses of which none answers do not multiply what goes out. */
    @Test
    void goingOnElsewhereStaysWithinTheBudget() {
        FakeWire wire = new FakeWire(FakeWire::dead);
        IdServiceClient client = new IdServiceClient(
                new Services(List.of(SERVICE, SERVICE.resolve("/b"), SERVICE.resolve("/c"))), wire, clock);

        for (int tick = 0; tick < TICKS_OF_A_MINUTE; tick++) {
            Calls.succeeds(client.reserve("orders", 1_000));
            clock.advance(TICK);
        }

        assertThat((double) wire.sent.size()).isLessThanOrEqualTo(1.1 + MINIMUM_OF_A_MINUTE);
    }

    @Test
    void retriesStayWithinATenthOfTheCallsAndTheMinimumWhereEveryOtherAnswerFails() {
        long seed = 7;
        SplittableRandom random = new SplittableRandom(seed);
        FakeWire wire = new FakeWire((service, call) -> random.nextBoolean()
                ? FakeWire.problem(503, "store-unavailable")
                : FakeWire.range(call.path().split("/")[3], 1, 1, revision.incrementAndGet()));
        IdServiceClient client = client(wire);

        for (int tick = 0; tick < TICKS_OF_A_MINUTE; tick++) {
            for (int tag = 0; tag < 5; tag++) {
                Calls.succeeds(client.reserve("tag-" + tag, 1));
            }
            clock.advance(TICK);
        }

        ClientStats stats = client.stats();
        long calls = stats.requests() - stats.retries();
        assertThat((double) stats.retries()).isLessThanOrEqualTo(0.1 * calls + MINIMUM_OF_A_MINUTE);
        assertThat(stats.retries()).as("the budget is used").isGreaterThan(180);
        assertThat(stats.heldBack()).isPositive();
    }

    @Test
    void twoHundredTagsAreAllAskedForAgainWithinElevenSecondsOfTheServicesReturn() {
        FakeWire wire = new FakeWire(FakeWire::dead);
        IdServiceClient client = client(wire);
        List<String> tags = IntStream.range(0, 200).mapToObj(i -> "tag-" + i).toList();
        tags.forEach(tag -> Calls.succeeds(client.reserve(tag, 1)));
        wire.service = (service, call) -> FakeWire.range(call.path().split("/")[3], 1, 1, revision.incrementAndGet());

        Duration passed = Duration.ZERO;
        List<String> waiting = tags;
        while (!waiting.isEmpty() && passed.toSeconds() < 60) {
            clock.advance(TICK.multipliedBy(10));
            passed = passed.plus(TICK.multipliedBy(10));
            waiting = waiting.stream()
                    .filter(tag -> !Calls.succeeds(client.reserve(tag, 1)))
                    .toList();
        }

        assertThat(waiting).isEmpty();
        assertThat(passed).isLessThanOrEqualTo(Duration.ofSeconds(11));
    }

    private IdServiceClient client(Wire wire) {
        return new IdServiceClient(new Services(List.of(SERVICE)), wire, clock);
    }
}
