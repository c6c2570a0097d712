package dev.pawl.idgen.snowflake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.pawl.idgen.ClockSkewException;
import dev.pawl.idgen.TestTime;
import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.spi.WorkerRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A clock far ahead must not take ticks that nobody else could use until then. */
class ClockSkewTest {

    private final Instant start = IdLayout.DEFAULT_EPOCH.plus(Duration.ofDays(30));
    private final TestTime time = new TestTime(start);
    private final FakeLeaseStore store = new FakeLeaseStore();
    private final List<SnowflakeGenerator> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(SnowflakeGenerator::close);
    }

    private SnowflakeGenerator open(WorkerIds workerIds) {
        SnowflakeGenerator ids = SnowflakeGenerator.builder(workerIds)
                .clock(time)
                .maxWait(Duration.ofSeconds(30))
                .build();
        opened.add(ids);
        return ids;
    }

    private WorkerIds leased() {
        return WorkerIds.leased(store, "orders");
    }

    private WorkerRecord record() {
        return store.real.read("orders", 0).toCompletableFuture().join().orElseThrow();
    }

    @Test
    void aGeneratorWhoseClockIsFarAheadOfTheStoresDoesNotStartAndLeavesNoRecord() {
        store.time = start.minus(Duration.ofMillis(5_001));
        assertThatExceptionOfType(ClockSkewException.class)
                .isThrownBy(() -> open(leased()))
                .withMessageStartingWith(
                        "the clock must not be ahead of the store's by more than PT5S: ahead=PT5.001S");
        assertThat(store.real.readAll("orders").toCompletableFuture().join()).isEmpty();
    }

    @Test
    void aClockAheadByNoMoreThanTheBoundOrBehindIsTaken() {
        store.time = start.minus(Duration.ofSeconds(5));
        assertThat(open(leased()).workerId()).isZero();
        store.time = start.plus(Duration.ofHours(1));
        assertThat(open(leased()).workerId()).isEqualTo(1);
    }

    @Test
    void aClockThatJumpsAheadRaisesNoLeaseAndCallsSaySoUntilItIsBack() {
        store.time = start;
        SnowflakeGenerator ids = open(leased());
        long first = ids.nextId();
        long toTick = record().toTick();
        time.move(Duration.ofHours(1));
        assertThatExceptionOfType(ClockSkewException.class).isThrownBy(ids::nextId);
        assertThat(record().toTick()).isEqualTo(toTick);
        time.move(Duration.ofMinutes(-60).plusMillis(20));
        store.time = time.instant();
        assertThat(ids.nextId()).isGreaterThan(first);
    }

    @Test
    void theClockIsReadBeforeTheStoreIsAskedSoThatASlowAnswerIsNoSkew() {
        store.time = start;
        store.calls.set(0);
        store.duringTime = () -> time.move(Duration.ofMinutes(1));
        assertThat(open(leased()).workerId()).isZero();
    }

    @Test
    void aLeaseIsRaisedFromTheReadingThatWasHeldAgainstTheStore() {
        store.time = start;
        SnowflakeGenerator ids = open(leased());
        time.move(Duration.ofSeconds(4)); // its window of 3 s is over
        store.time = time.instant();
        long now = IdLayout.SNOWFLAKE.tickAt(time.millis());
        store.duringTime = () -> time.move(Duration.ofHours(1));
        assertThat(ids.tryNextId(Duration.ZERO)).isEmpty();
        await().until(() -> record().revision() > 1);
        assertThat(record().toTick()).isBetween(now + 3_000, now + 8_000);
    }

    @Test
    void theBoundIsTheOperators() {
        store.time = start.minus(Duration.ofSeconds(2));
        assertThat(open(leased().withMaxSkew(Duration.ofSeconds(2))).workerId()).isZero();
        assertThatExceptionOfType(ClockSkewException.class)
                .isThrownBy(() -> open(leased().withMaxSkew(Duration.ofMillis(1_999))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT24H0.001S"})
    void aBoundThatIsNoneIsRefused(String bound) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> leased().withMaxSkew(Duration.parse(bound)))
                .withMessage("maxSkew must be in [PT0.001S, PT24H]: maxSkew=" + Duration.parse(bound));
    }
}
