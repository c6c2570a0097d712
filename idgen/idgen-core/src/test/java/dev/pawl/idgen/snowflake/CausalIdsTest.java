package dev.pawl.idgen.snowflake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.LimitExceededException;
import dev.pawl.idgen.ClockSkewException;
import dev.pawl.idgen.TestTime;
import dev.pawl.idgen.layout.IdField;
import dev.pawl.idgen.layout.IdLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** G8: an id after one that was seen is larger, or refused. */
class CausalIdsTest {

    private static final IdLayout LAYOUT = IdLayout.SNOWFLAKE;

    private enum Order {
        WORKER_ABOVE_SEQUENCE(IdField.worker("worker", 5), IdField.sequence(6)),
        SEQUENCE_ABOVE_WORKER(IdField.sequence(6), IdField.worker("worker", 5));

        private final IdLayout layout;

        Order(IdField middle, IdField low) {
            this.layout = new IdLayout(Duration.ofMillis(1), IdLayout.DEFAULT_EPOCH, IdField.tick(41), middle, low);
        }
    }

    private final TestTime time = new TestTime(IdLayout.DEFAULT_EPOCH.plus(Duration.ofDays(30)));

    private SnowflakeGenerator open(IdLayout layout, int workerId) {
        return SnowflakeGenerator.builder(WorkerIds.fixed(workerId))
                .layout(layout)
                .clock(time)
                .maxWait(Duration.ZERO)
                .build();
    }

    private long seen(IdLayout layout, long ticksAhead, int workerId, long sequence) {
        long tick = layout.tickAt(time.millis()) + ticksAhead;
        return layout.idOf(tick << layout.sequenceBits() | sequence, workerId);
    }

    /** Tick 100, worker 7, sequence 5 was seen: tick 100, worker 3, sequence 6 lies below it. */
    @Test
    void aSmallerWorkerIdGoesOnInTheNextTick() {
        SnowflakeGenerator ids = open(LAYOUT, 3);
        time.move(Duration.ofMillis(100));
        long seen = seen(LAYOUT, 0, 7, 4_000);
        long id = ids.nextIdAfter(seen);
        assertThat(id).isGreaterThan(seen);
        assertThat(LAYOUT.decode(id).tick()).isEqualTo(LAYOUT.decode(seen).tick() + 1);
        assertThat(ids.nextId()).isGreaterThan(id);
    }

    @Test
    void aLargerWorkerIdStaysInTheTick() {
        SnowflakeGenerator ids = open(LAYOUT, 9);
        time.move(Duration.ofMillis(100));
        long seen = seen(LAYOUT, 3, 7, 4_000);
        long id = ids.nextIdAfter(seen);
        assertThat(id).isGreaterThan(seen);
        assertThat(LAYOUT.decode(id).tick()).isEqualTo(LAYOUT.decode(seen).tick());
    }

    /** Which somebody may have read from a record of this worker id's former owner, or made up. */
    @Test
    void theIdThatWouldComeNextIsPassedOverIfItWasSeen() {
        SnowflakeGenerator ids = open(LAYOUT, 3);
        time.move(Duration.ofMillis(100));
        long seen = ids.nextId() + 1;
        assertThat(ids.nextIdAfter(seen)).isEqualTo(seen + 1);
    }

    @ParameterizedTest
    @EnumSource
    void whateverWasSeenWithinTheBoundTheIdIsLargerAndNothingRepeats(Order order) {
        long seed = 20_261_121;
        SplittableRandom random = new SplittableRandom(seed);
        IdLayout layout = order.layout;
        List<SnowflakeGenerator> workers = new ArrayList<>();
        for (int worker : new int[] {0, 1, 15, 30, 31}) {
            workers.add(open(layout, worker));
        }
        time.move(Duration.ofMillis(50));
        Set<Long> all = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            if (random.nextInt(3) == 0) {
                time.move(Duration.ofMillis(random.nextInt(3)));
            }
            long seen = seen(layout, random.nextInt(-20, 10), random.nextInt(32), random.nextInt(64));
            SnowflakeGenerator worker = workers.get(random.nextInt(workers.size()));
            long id;
            try {
                id = random.nextInt(10) == 0 ? worker.nextId() : worker.nextIdAfter(seen);
            } catch (LimitExceededException atTheBound) {
                time.move(Duration.ofMillis(5));
                continue;
            }
            assertThat(all.add(id)).as("fresh, seed %s, step %s", seed, i).isTrue();
            assertThat(worker.aheadTicks())
                    .as("maxAhead, seed %s, step %s", seed, i)
                    .isLessThanOrEqualTo(10);
            long after = worker.nextIdAfterAsync(id).isCompletedExceptionally() ? id + 1 : id;
            assertThat(after).isGreaterThanOrEqualTo(id);
        }
        assertThat(all).hasSizeGreaterThan(10_000);
    }

    @ParameterizedTest
    @EnumSource
    void theIdIsLargerThanTheSeenOneForEveryPairOfWorkers(Order order) {
        IdLayout layout = order.layout;
        for (int own = 0; own < 32; own++) {
            for (int other = 0; other < 32; other++) {
                for (long sequence : new long[] {0, 1, 31, 62, 63}) {
                    SnowflakeGenerator ids = open(layout, own);
                    time.move(Duration.ofMillis(20));
                    long seen = seen(layout, 5, other, sequence);
                    assertThat(ids.nextIdAfter(seen))
                            .as("own=%s other=%s sequence=%s", own, other, sequence)
                            .isGreaterThan(seen);
                }
            }
        }
    }

    @Test
    void aSeenIdTooFarAheadIsRefusedAndChangesNothing() {
        SnowflakeGenerator ids = open(LAYOUT, 3);
        time.move(Duration.ofMillis(100));
        long before = ids.nextId();
        long seen = seen(LAYOUT, 10, 7, 5);
        assertThatExceptionOfType(ClockSkewException.class)
                .isThrownBy(() -> ids.nextIdAfter(seen))
                .withMessage("an id that was seen must be at most 9 ticks ahead: ahead=10, seen=" + seen
                        + ", tickLength=PT0.001S");
        assertThat(ids.nextIdAfterAsync(LAYOUT.maxId())).isCompletedExceptionally();
        assertThat(ids.nextId()).isEqualTo(before + 1);
    }

    @Test
    void theBoundIsTheOperators() {
        SnowflakeGenerator ids = SnowflakeGenerator.builder(WorkerIds.fixed(3))
                .clock(time)
                .maxWait(Duration.ZERO)
                .maxCausalAhead(2)
                .build();
        time.move(Duration.ofMillis(100));
        long near = seen(LAYOUT, 2, 7, 5);
        assertThat(ids.nextIdAfter(near)).isGreaterThan(near);
        assertThatExceptionOfType(ClockSkewException.class).isThrownBy(() -> ids.nextIdAfter(seen(LAYOUT, 3, 7, 5)));
    }

    @Test
    void theBoundMustLieBelowMaxAhead() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SnowflakeGenerator.builder(WorkerIds.fixed(3))
                        .maxAhead(5)
                        .maxCausalAhead(5)
                        .build())
                .withMessage("maxCausalAhead must be in [0, 4]: maxCausalAhead=5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SnowflakeGenerator.builder(WorkerIds.fixed(3))
                        .maxCausalAhead(-1)
                        .build());
    }

    @Test
    void nothingIsIssuedBeyondTheLeaseWhateverWasSeen() {
        FakeLeaseStore store = new FakeLeaseStore();
        SnowflakeGenerator ids = SnowflakeGenerator.builder(WorkerIds.leased(store, "orders"))
                .clock(time)
                .maxWait(Duration.ofMillis(50))
                .build();
        store.failure = new BackendException("down", Outcome.UNKNOWN, null);
        time.move(Duration.ofMillis(2_998));
        long toTick = store.real
                .read("orders", 0)
                .toCompletableFuture()
                .join()
                .orElseThrow()
                .toTick();
        assertThatExceptionOfType(BackendException.class).isThrownBy(() -> ids.nextIdAfter(seen(LAYOUT, 5, 7, 5)));
        assertThat(LAYOUT.decode(ids.nextId()).tick()).isLessThanOrEqualTo(toTick);
        store.failure = null;
        ids.close();
    }

    @Test
    void theLastNumberOfALeaseIsNotGivenWhereItLiesBelowTheSeenOne() {
        FakeLeaseStore store = new FakeLeaseStore();
        SnowflakeGenerator ids = SnowflakeGenerator.builder(WorkerIds.leased(store, "orders"))
                .clock(time)
                .maxWait(Duration.ofMillis(50))
                .build();
        store.failure = new BackendException("down", Outcome.UNKNOWN, null);
        time.move(Duration.ofMillis(3_000));
        while (LAYOUT.decode(ids.nextId()).sequence() < 4_094) {}
        assertThatExceptionOfType(BackendException.class).isThrownBy(() -> ids.nextIdAfter(seen(LAYOUT, 0, 7, 5)));
        assertThat(LAYOUT.decode(ids.nextId()).sequence()).isEqualTo(4_095);
        store.failure = null;
        ids.close();
    }

    @Test
    void aClosedGeneratorGivesNone() {
        SnowflakeGenerator ids = open(LAYOUT, 3);
        ids.close();
        assertThatIllegalStateException().isThrownBy(() -> ids.nextIdAfter(1));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE})
    void whatIsNoIdIsRefused(long seen) {
        SnowflakeGenerator ids = open(LAYOUT, 3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ids.nextIdAfter(seen))
                .withMessage("seen must be in [0, " + LAYOUT.maxId() + "]: seen=" + seen);
        IdLayout small = IdLayout.JAVASCRIPT;
        assertThatIllegalArgumentException().isThrownBy(() -> open(small, 1).nextIdAfter(small.maxId() + 1));
    }

    @Test
    void aLayoutWithoutTheTimeOnTopHasNoCausalIds() {
        IdLayout layout = new IdLayout(
                Duration.ofMillis(1),
                IdLayout.DEFAULT_EPOCH,
                IdField.worker("worker", 10),
                IdField.tick(41),
                IdField.sequence(12));
        assertThatIllegalStateException().isThrownBy(() -> open(layout, 1).nextIdAfter(5));
    }
}
