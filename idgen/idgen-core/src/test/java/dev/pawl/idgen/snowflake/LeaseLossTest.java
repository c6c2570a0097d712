package dev.pawl.idgen.snowflake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.IdEvent;
import dev.pawl.idgen.TestTime;
import dev.pawl.idgen.WorkerLeaseLostException;
import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.spi.WorkerRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a generator does whose worker id is another's now, whether a new owner took it or an operator did. */
class LeaseLossTest {

    private static final IdLayout LAYOUT = IdLayout.SNOWFLAKE;

    private final TestTime time = new TestTime(IdLayout.DEFAULT_EPOCH.plus(Duration.ofDays(30)));
    private final FakeLeaseStore store = new FakeLeaseStore();
    private final List<IdEvent> events = new CopyOnWriteArrayList<>();
    private final List<SnowflakeGenerator> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(SnowflakeGenerator::close);
    }

    private SnowflakeGenerator open(LeaseLossPolicy policy) {
        SnowflakeGenerator ids = SnowflakeGenerator.builder(
                        WorkerIds.leased(store, "orders").withLossPolicy(policy))
                .clock(time)
                .maxWait(Duration.ofSeconds(30))
                .listener(events::add)
                .build();
        opened.add(ids);
        return ids;
    }

    private WorkerRecord recordOf(int workerId) {
        return store.real.read("orders", workerId).toCompletableFuture().join().orElseThrow();
    }

    private void revoke(int workerId) {
        WorkerRecord record = recordOf(workerId);
        assertThat(store.real
                        .compareAndSet("orders", Optional.of(record), record.ended(UUID.randomUUID()))
                        .toCompletableFuture()
                        .join())
                .isTrue();
    }

    @Test
    void aRevokedOwnerIssuesNothingBeyondWhatItWasGranted() {
        SnowflakeGenerator ids = open(LeaseLossPolicy.SWITCH_WORKER);
        long granted = recordOf(0).toTick();
        revoke(0);
        for (int i = 0; i < 6; i++) {
            time.move(Duration.ofSeconds(1));
            long id = ids.nextId();
            long tick = LAYOUT.decode(id).tick();
            // Once its ticks have passed the worker id is free for anybody, the old owner included.
            long leasedFrom = recordOf(LAYOUT.decode(id).workerId()).fromTick();
            assertThat(tick <= granted || tick >= leasedFrom)
                    .as("granted until %s, leased anew from %s: %s", granted, leasedFrom, tick)
                    .isTrue();
        }
        assertThat(events).contains(new IdEvent.LeaseLost(0));
    }

    @Test
    void theNextOwnerOfARevokedWorkerIdStartsBehindTheOldOnesGrant() {
        open(LeaseLossPolicy.SWITCH_WORKER);
        long granted = recordOf(0).toTick();
        revoke(0);
        assertThat(recordOf(0).toTick()).as("the grant stands").isEqualTo(granted);
        assertThat(recordOf(0).fromTick()).as("nobody's").isEqualTo(granted + 1);
        assertThat(open(LeaseLossPolicy.SWITCH_WORKER).workerId())
                .as("not free before its ticks have passed")
                .isNotZero();
        time.move(Duration.ofMillis(3_500));
        assertThat(open(LeaseLossPolicy.SWITCH_WORKER).nextId()).isPositive();
        assertThat(recordOf(0).fromTick()).isGreaterThan(granted);
    }

    @Test
    void withTheFailPolicyALostLeaseGivesNoMoreIdsForGood() {
        SnowflakeGenerator ids = open(LeaseLossPolicy.FAIL);
        ids.nextId();
        revoke(0);
        time.move(Duration.ofMillis(2_500)); // the old grant is not used up
        await().until(() -> events.contains(new IdEvent.LeaseLost(0)));
        await().untilAsserted(() -> assertThatExceptionOfType(WorkerLeaseLostException.class)
                .isThrownBy(ids::nextId)
                .withMessage("a worker id's lease must not be lost: workerId=0"));
        assertThatExceptionOfType(WorkerLeaseLostException.class).isThrownBy(() -> ids.tryNextId(Duration.ZERO));
        assertThatExceptionOfType(WorkerLeaseLostException.class).isThrownBy(() -> ids.nextIds(new long[3]));
        assertThat(store.real.readAll("orders").toCompletableFuture().join())
                .as("no other worker id was leased")
                .hasSize(1);
        ids.close();
        assertThatIllegalStateException().isThrownBy(ids::nextId);
    }

    @Test
    void aLeaseThatRanOutIsRenewedUnderAFreshIncarnation() {
        SnowflakeGenerator ids = open(LeaseLossPolicy.SWITCH_WORKER);
        UUID first = recordOf(0).incarnation();
        time.move(Duration.ofMillis(3_500));
        assertThat(ids.nextId()).isPositive();
        assertThat(ids.workerId()).isZero();
        assertThat(recordOf(0).incarnation()).isNotEqualTo(first);
        UUID second = recordOf(0).incarnation();
        time.move(Duration.ofMillis(1_500));
        await().until(() -> recordOf(0).revision() > 2);
        assertThat(recordOf(0).incarnation()).as("renewed in time").isEqualTo(second);
    }

    /** Both copies have the same incarnation and expect the same revision. */
    @Test
    void ofTwoCopiesRestoredFromOneCheckpointOneGetsAnotherWorkerId() {
        FakeLeaseStore view = new FakeLeaseStore(store);
        SnowflakeGenerator copy = SnowflakeGenerator.builder(WorkerIds.leased(view, "orders"))
                .clock(time)
                .maxWait(Duration.ofSeconds(30))
                .build();
        opened.add(copy);
        view.failure = new BackendException("not running yet", Outcome.NOT_APPLIED, null);
        WorkerRecord atTheCheckpoint = recordOf(0);
        time.move(Duration.ofMillis(3_500));
        // The other copy runs first and renews what both had.
        LeaseTerms terms = terms();
        WorkerRecord renewed =
                terms.raised(atTheCheckpoint, LAYOUT.tickAt(time.millis())).orElseThrow();
        assertThat(store.real
                        .compareAndSet("orders", Optional.of(atTheCheckpoint), renewed)
                        .toCompletableFuture()
                        .join())
                .isTrue();
        view.failure = null;
        long id = copy.nextId();
        assertThat(LAYOUT.decode(id).workerId()).isEqualTo(1);
    }

    private LeaseTerms terms() {
        return new LeaseTerms(WorkerIds.leased(store, "orders"), new TickClock(LAYOUT, time), Ticker.system(), 10);
    }
}
