package dev.pawl.idgen.snowflake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.pawl.common.LimitExceededException;
import dev.pawl.idgen.ClockMovedBackException;
import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.IdEvent;
import dev.pawl.idgen.IdRun;
import dev.pawl.idgen.IdSpaceExhaustedException;
import dev.pawl.idgen.TestTime;
import dev.pawl.idgen.layout.IdField;
import dev.pawl.idgen.layout.IdLayout;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnowflakeGeneratorTest {

    private final TestTime time = new TestTime(IdLayout.DEFAULT_EPOCH.plus(Duration.ofDays(30)));
    private final List<IdEvent> events = new CopyOnWriteArrayList<>();

    /** A fixed worker id starts behind what an instance before it may have borrowed; this lets that time pass. */
    private SnowflakeGenerator open(SnowflakeGeneratorBuilder builder) {
        SnowflakeGenerator ids = builder.build();
        time.move(ids.layout().tickLength().multipliedBy(20));
        return ids;
    }

    private SnowflakeGeneratorBuilder builder() {
        return SnowflakeGenerator.builder(WorkerIds.fixed(7))
                .clock(time)
                .ticker(TestTime.impatient())
                .maxWait(Duration.ofMillis(30))
                .listener(events::add);
    }

    @Test
    void anIdCarriesItsTickAndWorker() {
        SnowflakeGenerator ids = open(builder());
        var decoded = ids.layout().decode(ids.nextId());
        assertThat(decoded.instant()).isEqualTo(time.instant());
        assertThat(decoded.workerId()).isEqualTo(7);
        assertThat(ids.workerId()).isEqualTo(7);
        assertThat(ids.guarantee().level()).isEqualTo(Level.CONFIGURED);
    }

    @Test
    void aTickGivesAllItsIdsAndThenBorrowsUpToMaxAheadAndNoFurther() {
        SnowflakeGenerator ids = open(builder().maxAhead(3));
        long tick = ids.layout().tickAt(time.millis());
        long last = 0;
        int taken = 0;
        while (taken < 100_000) {
            var id = ids.tryNextId(Duration.ZERO);
            if (id.isEmpty()) {
                break;
            }
            assertThat(id.getAsLong()).isGreaterThan(last);
            last = id.getAsLong();
            taken++;
        }
        assertThat(ids.layout().decode(last).tick()).isEqualTo(tick + 3);
        assertThat(ids.layout().decode(last).sequence()).isEqualTo(4095);
        assertThat(taken).as("no less than the bound but for the spread start").isBetween(4 * 4096 - 1024, 4 * 4096);
        assertThat(ids.aheadTicks()).isEqualTo(3);
        assertThat(events).contains(new IdEvent.Borrowed(3));
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(ids::nextId)
                .withMessage("demand must stay below 2^12 ids per PT0.001S: maxAhead=3, workerId=7");
        time.move(Duration.ofMillis(1));
        assertThat(ids.nextId()).isGreaterThan(last);
    }

    @Test
    void threeTimesTheCapacityIsNeverMoreThanMaxAheadBeyondTheClock() {
        SnowflakeGenerator ids = open(builder().layout(IdLayout.SONYFLAKE).maxAhead(2));
        long last = 0;
        for (int i = 0; i < 300; i++) {
            for (int j = 0; j < 77; j++) { // 10 ms hold 256 ids
                var id = ids.tryNextId(Duration.ZERO);
                if (id.isPresent()) {
                    assertThat(id.getAsLong()).isGreaterThan(last);
                    last = id.getAsLong();
                    assertThat(ids.aheadTicks()).isLessThanOrEqualTo(2);
                }
            }
            time.move(Duration.ofMillis(1));
        }
    }

    @Test
    void aClockSetBackByLessThanMaxAheadIsNotNoticed() {
        SnowflakeGenerator ids = open(builder().clockPolicy(ClockPolicy.FAIL));
        long before = ids.nextId();
        time.move(Duration.ofMillis(-10));
        assertThat(ids.nextId()).isEqualTo(before + 1);
        assertThat(events).isEmpty();
    }

    @Test
    void aClockSetBackFurtherFailsAtOnceOrAtTheDeadlineAndTouchesNothing() {
        for (ClockPolicy policy : ClockPolicy.values()) {
            SnowflakeGenerator ids = open(builder().clockPolicy(policy));
            long before = ids.nextId();
            time.move(Duration.ofHours(-1));
            assertThatExceptionOfType(ClockMovedBackException.class)
                    .isThrownBy(ids::nextId)
                    .withMessage("the clock must not be behind the last id by more than maxAhead ticks: behind=3600000,"
                            + " maxAhead=10, tickLength=PT0.001S");
            assertThatExceptionOfType(ClockMovedBackException.class).isThrownBy(() -> ids.reserve(10));
            assertThat(events).contains(new IdEvent.ClockMovedBack(Duration.ofHours(1)));
            time.move(Duration.ofHours(1));
            assertThat(ids.nextId()).isEqualTo(before + 1);
        }
    }

    @Test
    void tryNextIdIsEmptyWhileAClockThatIsWaitedForIsBehind() {
        SnowflakeGenerator ids = open(builder());
        ids.nextId();
        time.move(Duration.ofHours(-1));
        assertThat(ids.tryNextId(Duration.ZERO)).isEmpty();
        assertThat(ids.tryNextId(Duration.ofMillis(5))).isEmpty();
        SnowflakeGenerator failing = open(builder().clockPolicy(ClockPolicy.FAIL));
        failing.nextId();
        time.move(Duration.ofHours(-1));
        assertThatExceptionOfType(ClockMovedBackException.class).isThrownBy(() -> failing.tryNextId(Duration.ZERO));
    }

    @Test
    void aWaitEndsAsSoonAsTheClockAllows() {
        Clock running = time.running();
        SnowflakeGenerator ids =
                builder().clock(running).maxWait(Duration.ofMinutes(1)).build();
        long last = 0;
        for (int i = 0; i < 100; i++) {
            long id = ids.nextId();
            assertThat(id).isGreaterThan(last);
            last = id;
        }
    }

    @Test
    void theLastTickIsServedToItsEndAndThenThereIsATypedError() {
        IdLayout layout = IdLayout.SNOWFLAKE;
        time.move(Duration.between(time.instant(), layout.endOfLife().minusMillis(50)));
        SnowflakeGenerator ids = builder().build();
        time.move(Duration.between(time.instant(), layout.endOfLife().minusMillis(1)));
        long last = 0;
        for (int i = 0; i < 200_000; i++) {
            last = ids.tryNextId(Duration.ZERO).orElse(last);
        }
        assertThat(last)
                .isEqualTo(layout.idOf(layout.maxTick() << 12 | 4095, 7))
                .isPositive();
        time.move(Duration.ofMillis(1));
        assertThatExceptionOfType(IdSpaceExhaustedException.class).isThrownBy(ids::nextId);
        assertThatExceptionOfType(IdSpaceExhaustedException.class).isThrownBy(() -> ids.nextIds(new long[2]));
        assertThatExceptionOfType(IdSpaceExhaustedException.class)
                .isThrownBy(() -> builder().build());
        assertThat(events).contains(new IdEvent.Exhausted(layout.maxId()));
    }

    @Test
    void ticksFarBeyondTheEndOfLifeDoNotWrapIntoItsBeginning() {
        IdLayout shortLived = new IdLayout(
                Duration.ofSeconds(1),
                IdLayout.DEFAULT_EPOCH,
                IdField.tick(22),
                IdField.worker("worker", 1),
                IdField.sequence(40));
        SnowflakeGenerator ids = SnowflakeGenerator.builder(WorkerIds.fixed(1))
                .layout(shortLived)
                .clock(time)
                .build();
        time.move(Duration.ofSeconds((1L << 24) + 1_000));
        assertThatExceptionOfType(IdSpaceExhaustedException.class).isThrownBy(ids::nextId);
        assertThatExceptionOfType(IdSpaceExhaustedException.class).isThrownBy(() -> ids.nextIds(new long[2]));
        assertThatExceptionOfType(IdSpaceExhaustedException.class).isThrownBy(() -> ids.reserve(2));
    }

    @Test
    void anEpochInTheFutureIsRefused() {
        IdLayout future = IdLayout.SNOWFLAKE.withEpoch(Instant.parse("2030-01-01T00:00:00Z"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().layout(future).build())
                .withMessageStartingWith("epoch must not be in the future: epoch=2030-01-01T00:00:00Z");
    }

    @ParameterizedTest
    @ValueSource(ints = {1024, 1025, Integer.MAX_VALUE})
    void aWorkerIdBeyondTheLayoutIsRefused(int workerId) {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        SnowflakeGenerator.builder(WorkerIds.fixed(workerId)).build())
                .withMessage("workerId must be in [0, 1023]: workerId=" + workerId);
    }

    @Test
    void nonsenseIsRefusedWithItsRule() {
        assertThatIllegalArgumentException().isThrownBy(() -> WorkerIds.fixed(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().maxAhead(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().maxAhead(1_000_001));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().maxWait(Duration.ofMillis(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().maxWait(Duration.ofDays(200_000)));
        assertThatIllegalStateException().isThrownBy(() -> WorkerIds.fixed(1).withHint(2));
        assertThatIllegalStateException().isThrownBy(() -> WorkerIds.fixed(1).withWindow(Duration.ofHours(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> open(builder()).tryNextId(Duration.ofMillis(-1)));
    }

    @Test
    void aNegativeWaitIsRefusedBeforeAnIdIsTaken() {
        SnowflakeGenerator ids = open(builder());
        long id = ids.nextId();
        assertThatIllegalArgumentException().isThrownBy(() -> ids.tryNextId(Duration.ofMillis(-1)));
        assertThat(ids.nextId()).isEqualTo(id + 1);
    }

    @Test
    void aBatchIsOneRunOfIncreasingIdsInOneStepWhereTheBoundAllows() {
        SnowflakeGenerator ids = open(builder());
        long[] batch = new long[1_000];
        ids.nextIds(batch);
        assertThat(batch).isSorted().doesNotHaveDuplicates();
        assertThat(Arrays.stream(batch)
                        .map(id -> ids.layout().decode(id).tick())
                        .distinct())
                .hasSizeLessThanOrEqualTo(2);
        long[] later = ids.nextIdsAsync(new long[5]).join();
        assertThat(later).isSorted();
        assertThat(later[0]).isGreaterThan(batch[999]);
    }

    @Test
    void aBatchStaysWithinMaxAheadLikeSingleIds() {
        SnowflakeGenerator ids = open(builder());
        assertThatExceptionOfType(LimitExceededException.class).isThrownBy(() -> ids.nextIds(new long[100_000]));
        assertThat(ids.aheadTicks()).isEqualTo(10);
    }

    @Test
    void aBatchBeyondTheBoundWaitsForTheClock() {
        SnowflakeGenerator ids = builder()
                .clock(time.running())
                .layout(IdLayout.JAVASCRIPT)
                .maxWait(Duration.ofMinutes(5))
                .build();
        long[] batch = new long[10_000]; // 128 a tick
        ids.nextIds(batch);
        assertThat(batch).isSorted().doesNotHaveDuplicates();
        assertThat(ids.nextIdsAsync(new long[3_000]).join()).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aRunIsAllOrNothing() {
        SnowflakeGenerator ids = open(builder());
        IdRun run = ids.reserve(10 * 4096);
        long[] copy = new long[run.size()];
        run.fill(copy);
        assertThat(copy).isSorted().doesNotHaveDuplicates();
        assertThat(run.get(40_959)).isEqualTo(copy[40_959]);
        assertThatExceptionOfType(LimitExceededException.class).isThrownBy(() -> ids.reserve(4096));
        assertThat(ids.nextId()).as("nothing was taken").isEqualTo(ids.layout().idOf(successorOf(ids, copy), 7));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> run.get(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ids.reserve(40_961))
                .withMessage("count must be in [1, 40960]: count=40961");
    }

    private static long successorOf(SnowflakeGenerator ids, long[] copy) {
        var last = ids.layout().decode(copy[copy.length - 1]);
        return (last.tick() << 12 | last.sequence()) + 1;
    }

    @Test
    void noThreadGetsAnIdOnceTheGeneratorIsClosed() {
        SnowflakeGenerator ids = open(builder());
        ids.nextId();
        ids.close();
        ids.close();
        assertThatIllegalStateException().isThrownBy(ids::nextId).withMessageStartingWith("generator must be open");
        assertThatIllegalStateException().isThrownBy(() -> ids.tryNextId(Duration.ZERO));
        assertThatIllegalStateException().isThrownBy(() -> ids.nextIds(new long[1]));
        assertThatIllegalStateException().isThrownBy(() -> ids.reserve(1));
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> ids.nextIdAsync().join())
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void aFixedWorkerIdRestartedAtOnceRepeatsNothingThatWasBorrowed() {
        SnowflakeGenerator ids = open(builder());
        ids.reserve(10 * 4096);
        long last = 0;
        for (int i = 0; i < 200_000; i++) {
            last = ids.tryNextId(Duration.ZERO).orElse(last);
        }
        SnowflakeGenerator restarted = builder().build();
        time.move(Duration.ofMillis(1));
        assertThat(restarted.nextId()).isGreaterThan(last);
    }

    @Test
    void sonyflakesAreTheSameEngineInTicksOfTenMilliseconds() {
        SnowflakeGenerator ids = open(Sonyflake.builder(WorkerIds.fixed(0xBEEF)).clock(time));
        var decoded = ids.layout().decode(ids.nextId());
        assertThat(decoded.fields()).containsEntry("machine", 0xBEEFL);
        assertThat(decoded.instant()).isBetween(time.instant().minusMillis(10), time.instant());
        Sonyflake.addressHint().ifPresent(hint -> assertThat(hint).isBetween(0, 65_535));
    }
}
