package dev.pawl.idgen.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.ResetPeriod;
import dev.pawl.idgen.spi.SegmentDemand;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.testkit.ManualClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdServiceClientTest {

    private static final URI A = URI.create("http://a.example.org:8080");
    private static final URI B = URI.create("http://b.example.org:8080/behind/a/proxy");

    private final ManualClock clock = ManualClock.startingAt(Instant.EPOCH);
    private final FakeWire wire = new FakeWire((service, call) -> FakeWire.range("orders", 1, 1_000, 7));
    private final IdServiceClient client = client(A);

    @Test
    void aReservationIsAPostWithTheStep() {
        assertThat(Calls.result(client.reserve("orders", 1_000))).isEqualTo(new Range(1, 1_000, 7));

        assertThat(wire.sent).singleElement().satisfies(sent -> {
            assertThat(sent.service()).isEqualTo(A);
            assertThat(sent.call())
                    .isEqualTo(new Wire.Call("POST", "/v1/tags/orders/segments", Optional.of("{\"step\": 1000}")));
        });
    }

    @Test
    void aGiveBackIsADeleteOfTheRevision() {
        wire.service = (service, call) -> FakeWire.answer(200, "{\"more\":[1,{}],\"returned\":true}");

        assertThat(Calls.result(client.giveBack("orders", new Range(1, 1_000, 7), 37)))
                .isTrue();

        assertThat(wire.sent)
                .extracting(FakeWire.Sent::call)
                .containsExactly(new Wire.Call(
                        "DELETE", "/v1/tags/orders/segments/7?first=1&last=1000&lastUsed=37", Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({
        "404, unknown-tag, UnknownTag[]",
        "409, tag-paused, Paused[]",
        "422, exhausted, Exhausted[maxId=9223372036854775806]"
    })
    void anAnswerThatIsNoRangeIsAResult(int status, String problem, String expected) {
        wire.service = (service, call) -> FakeWire.problem(status, problem);

        Reservation answer = Calls.result(client.reserve("orders", 10));

        assertThat(answer).hasToString(expected);
    }

    @Test
    void theGreatestNumberOfAnExhaustedTagIsReadWhereItIsGiven() {
        wire.service = (service, call) ->
                FakeWire.answer(422, "{\"type\":\"urn:pawl:problem:exhausted\",\"maxId\":\"25\",\"status\":422}");

        assertThat(Calls.result(client.reserve("orders", 10))).isEqualTo(new Reservation.Exhausted(25));
    }

    @ParameterizedTest
    @CsvSource({
        "301, none, NOT_APPLIED",
        "400, invalid-body, NOT_APPLIED",
        "401, unauthorized, NOT_APPLIED",
        "403, forbidden, NOT_APPLIED",
        "404, not-found, NOT_APPLIED",
        "404, exhausted, NOT_APPLIED",
        "429, too-many-requests, NOT_APPLIED",
        "503, draining, NOT_APPLIED",
        "503, store-unavailable, UNKNOWN",
        "500, internal, UNKNOWN",
        "200, none, UNKNOWN"
    })
    void aRefusalSaysWhetherItMayHaveBeenApplied(int status, String problem, Outcome outcome) {
        wire.service = (service, call) -> FakeWire.problem(status, problem);

        BackendException failure = Calls.failure(client.reserve("orders", 10));

        assertThat(failure.outcome()).isEqualTo(outcome);
        assertThat(failure).hasMessageContaining("status=" + status).hasMessageContaining("problem=" + problem);
    }

    @Test
    void aConnectionThatIsRefusedIsNotAppliedAndABrokenOneIsUnknown() {
        wire.service = FakeWire::dead;
        assertThat(Calls.failure(client.reserve("one", 10)).outcome()).isEqualTo(Outcome.NOT_APPLIED);

        wire.service = (service, call) -> {
            throw new FakeWire.Broken(new IOException("header parser received no bytes"));
        };
        assertThat(Calls.failure(client.reserve("two", 10)).outcome()).isEqualTo(Outcome.UNKNOWN);

        wire.service = (service, call) -> {
            throw new FakeWire.Broken(new HttpConnectTimeoutException("HTTP connect timed out"));
        };
        assertThat(Calls.failure(client.reserve("three", 10)).outcome()).isEqualTo(Outcome.NOT_APPLIED);
    }

    @Test
    void aGiveBackToATagThatIsGoneIsNotTakenAndAnyOtherRefusalIsAFailure() {
        Range range = new Range(1, 10, 7);
        wire.service = (service, call) -> FakeWire.problem(404, "unknown-tag");
        assertThat(Calls.result(client.giveBack("orders", range, 3))).isFalse();

        wire.service = (service, call) -> FakeWire.problem(404, "not-found");
        assertThat(Calls.failure(client.giveBack("orders", range, 3)).outcome()).isEqualTo(Outcome.NOT_APPLIED);

        wire.service = (service, call) -> FakeWire.answer(200, "{\"returned\":\"true\"}");
        assertThat(Calls.failure(client.giveBack("orders", range, 3)).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void aGiveBackOfMoreThanTheRangeIsRefused() {
        for (long lastUsed : new long[] {8, 21}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> client.giveBack("orders", new Range(10, 20, 7), lastUsed))
                    .withMessageContaining("lastUsed must be in [first - 1, last]");
        }
        assertThat(wire.sent).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "not json",
                "{\"tag\":\"orders\"",
                "{\"tag\":\"orders\",\"first\":\"1\",\"last\":\"10\"}",
                "{\"tag\":\"orders\",\"first\":1,\"last\":10,\"revision\":7}",
                "{\"tag\":\"orders\",\"first\":\"0\",\"last\":\"9\",\"revision\":\"7\"}",
                "{\"tag\":\"orders\",\"first\":\"-1\",\"last\":\"8\",\"revision\":\"7\"}",
                "{\"tag\":\"orders\",\"first\":\"2\",\"last\":\"1\",\"revision\":\"7\"}",
                "{\"tag\":\"orders\",\"first\":\"1\",\"last\":\"11\",\"revision\":\"7\"}",
                "{\"tag\":\"orders\",\"first\":\"1\",\"last\":\"9999999999999999999\",\"revision\":\"7\"}",
                "{\"tag\":\"orders\",\"first\":\"1\",\"last\":\"1e1\",\"revision\":\"7\"}",
                "{\"tag\":\"others\",\"first\":\"1\",\"last\":\"10\",\"revision\":\"7\"}",
                "{\"tag\":\"orders\",\"first\":\"1\",\"first\":\"2\",\"last\":\"10\",\"revision\":\"7\"}",
                "{\"tag\":\"orders\",\"first\":\"1\",\"last\":\"10\",\"revision\":\"7\"} more"
            })
    void anAnswerThatDoesNotFollowTheContractIsRefused(String body) {
        wire.service = (service, call) -> FakeWire.answer(201, body);

        BackendException failure = Calls.failure(client.reserve("orders", 10));

        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(failure).hasMessageContaining("must follow the contract");
    }

    @Test
    void aNewMemberOfAnAnswerIsNoError() {
        wire.service = (service, call) -> FakeWire.answer(
                201,
                "{\"new\":{\"a\":[1]},\"tag\":\"orders\",\"first\":\"1\",\"last\":\"10\",\"revision\":\"7\",\"n\":1}");

        assertThat(Calls.result(client.reserve("orders", 10))).isEqualTo(new Range(1, 10, 7));
    }

    @Test
    void whatTheServiceSaysIsNotRepeatedInMessages() {
        wire.service = (service, call) ->
                FakeWire.answer(400, "{\"type\":\"urn:pawl:problem:x\\nforged line\",\"detail\":\"Bearer secret\"}");

        assertThat(Calls.failure(client.reserve("orders", 10)))
                .hasMessageEndingWith("status=400, problem=none")
                .hasNoCause();
    }

    @Test
    void aTagIsNotAskedForAgainBeforeTheServicesPauseIsOver() {
        wire.service = (service, call) -> FakeWire.problem(429, "too-many-requests", Duration.ofSeconds(30));
        Calls.failure(client.reserve("orders", 10));
        clock.advance(Duration.ofMillis(29_999));

        BackendException failure = Calls.failure(client.reserve("orders", 10));

        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(failure).hasMessageContaining("not sent").cause().hasMessageContaining("too-many-requests");
        assertThat(wire.sent).hasSize(1);
        Calls.failure(client.reserve("others", 10));
        assertThat(wire.sent).as("another tag is not concerned").hasSize(2);
        clock.advance(Duration.ofMillis(1));
        Calls.failure(client.reserve("orders", 10));
        assertThat(wire.sent).hasSize(3);
        assertThat(client.stats()).isEqualTo(new ClientStats(3, 1, 1));
    }

    @Test
    void theFirstCallAfterAnAnsweredOneIsNoRetry() {
        wire.service = FakeWire::dead;
        Calls.failure(client.reserve("orders", 1_000));
        wire.service = (service, call) -> FakeWire.range("orders", 1, 1_000, 7);

        Calls.result(client.reserve("orders", 1_000));
        Calls.result(client.reserve("orders", 1_000));

        assertThat(client.stats()).isEqualTo(new ClientStats(3, 1, 0));
    }

    @Test
    void aCallGoesOnAtTheNextServiceAndStaysThere() {
        IdServiceClient two = client(A, B);
        wire.service = (service, call) ->
                service.equals(A) ? FakeWire.dead(service, call) : FakeWire.range("orders", 1, 1_000, 7);

        assertThat(Calls.result(two.reserve("orders", 1_000))).isEqualTo(new Range(1, 1_000, 7));
        Calls.result(two.reserve("orders", 1_000));

        assertThat(wire.sent).extracting(FakeWire.Sent::service).containsExactly(A, B, B);
        assertThat(two.stats()).isEqualTo(new ClientStats(3, 1, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 307, 400, 401, 403, 404, 429})
    void aRefusalIsNotTakenElsewhere(int status) {
        IdServiceClient two = client(A, B);
        wire.service = (service, call) -> FakeWire.problem(status, "none");

        Calls.failure(two.reserve("orders", 1_000));

        assertThat(wire.sent).extracting(FakeWire.Sent::service).containsExactly(A);
    }

    @Test
    void boundsAndResetsAreRefused() {
        ResetPeriod daily = ResetPeriod.parse("day UTC 6");
        for (SegmentDemand demand : List.of(
                new SegmentDemand("orders", 1, Optional.empty(), 2, Long.MAX_VALUE),
                new SegmentDemand("orders", 1, Optional.empty(), 1, 9),
                new SegmentDemand("orders", 1, Optional.of(daily), 1, Long.MAX_VALUE))) {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> client.reserve(demand))
                    .withMessageContaining("no bounds and no reset");
        }
        assertThat(wire.sent).isEmpty();
    }

    @Test
    void aStepThatNoServiceGivesIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client.reserve("orders", 10_000_001))
                .withMessage("step must be in [1, 10000000]: step=10000001");
        assertThat(wire.sent).isEmpty();
        Calls.result(client.reserve("orders", 10_000_000));
    }

    @Test
    void tagsAreNotMadeHere() {
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> client.create(SegmentTag.of("orders")))
                .withMessageContaining("operator");
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "a/b", "", "ä"})
    void aNameThatWouldBendThePathIsRefused(String tag) {
        assertThatIllegalArgumentException().isThrownBy(() -> client.reserve(tag, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> client.giveBack(tag, new Range(1, 1, 1), 1));
        assertThatIllegalArgumentException().isThrownBy(() -> client.generator(tag));
        assertThat(wire.sent).isEmpty();
    }

    @Test
    void theGuaranteeIsWhatTheServiceSaysLast() {
        assertThat(client.guarantee().level()).isEqualTo(Level.CONFIGURED);
        assertThat(client.guarantee().scope()).isEqualTo("the id service at " + A + ", which does not say its level");

        serviceSays("PROVEN");
        assertThat(client.guarantee().level()).isEqualTo(Level.PROVEN);
        assertThat(client.guarantee().scope()).isEqualTo("the id service at " + A);
        serviceSays("best-effort; fsync=off");
        assertThat(client.guarantee().level()).isEqualTo(Level.BEST_EFFORT);
        serviceSays("something new");
        assertThat(client.guarantee().level()).isEqualTo(Level.CONFIGURED);
    }

    @Test
    void thatSeveralServicesAreOnOneDatabaseIsTheOperatorsWord() {
        IdServiceClient two = client(A, B);
        wire.service = saying("PROVEN");
        Calls.result(two.reserve("orders", 1_000));
        assertThat(two.guarantee().level()).isEqualTo(Level.CONFIGURED);
        assertThat(two.guarantee().scope()).contains(A.toString(), B.toString());

        wire.service = saying("EPHEMERAL");
        Calls.result(two.reserve("orders", 1_000));
        assertThat(two.guarantee().level()).isEqualTo(Level.EPHEMERAL);
    }

    private void serviceSays(String guarantee) {
        wire.service = saying(guarantee);
        Calls.result(client.reserve("orders", 1_000));
    }

    private static BiFunction<URI, Wire.Call, Wire.Answer> saying(String guarantee) {
        Wire.Answer range = FakeWire.range("orders", 1, 1_000, 7);
        return (service, call) -> new Wire.Answer(201, range.body(), Duration.ZERO, Optional.of(guarantee));
    }

    @Test
    void aClosedClientRefusesCalls() {
        client.close();

        assertThatIllegalStateException().isThrownBy(() -> client.reserve("orders", 1));
        assertThatIllegalStateException().isThrownBy(() -> client.giveBack("orders", new Range(1, 1, 1), 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://a.example.org",
                "http:/a",
                "a.example.org",
                "http://a.example.org?x=1",
                "http://a.example.org:65536",
                "http://a.example.org:0",
                "http://a.example.org#x"
            })
    void anAddressThatIsNoServicesIsRefused(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdServiceClient.builder(URI.create(address)).build())
                .withMessageContaining("service must be http or https");
    }

    @Test
    void oneServiceTwiceIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> IdServiceClient.builder(A, URI.create(A + "/")).build())
                .withMessageContaining("different");
    }

    @Test
    void aSecretIsNotInAMessage() {
        String secret = "hunter2";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdServiceClient.builder(URI.create("http://me:" + secret + "@a.example.org"))
                        .build())
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(secret));
        for (String key : List.of(secret + "\r\nX-Other: 1", secret + "é", "", secret.repeat(100))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> IdServiceClient.builder(A).apiKey(key))
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain(secret));
        }
    }

    @Test
    void timesOutOfBoundsAreRefused() {
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofSeconds(11))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> IdServiceClient.builder(A).attemptTimeout(wrong))
                    .withMessage("attemptTimeout must be in [10 ms, 10 s]: attemptTimeout=" + wrong);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> IdServiceClient.builder(A).connectTimeout(wrong));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "3, 3", "300, 300", "301, 300", "999999999, 300", "9999999999, 0", "-1, 0", "1.5, 0", "soon, 0"
    })
    void aPauseIsInSecondsAndFiveMinutesAtMost(String header, long seconds) {
        assertThat(HttpWire.pause(Optional.of(header))).isEqualTo(Duration.ofSeconds(seconds));
    }

    private IdServiceClient client(URI... services) {
        return new IdServiceClient(new Services(Stream.of(services).toList()), wire, clock);
    }
}
