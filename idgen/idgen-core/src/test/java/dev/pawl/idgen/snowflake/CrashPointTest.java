package dev.pawl.idgen.snowflake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.CoordinationException;
import dev.pawl.common.DaemonThreads;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.TestTime;
import dev.pawl.idgen.layout.IdLayout;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A restart never reissues: instances follow one another on one store, each ended cleanly or by a crash, with one call to
 * the store failing before or after it was applied, and the clock moved between them.
 */
class CrashPointTest {

    private static final int INSTANCES = 6;
    private static final int IDS = 300;

    private final TestTime time = new TestTime(IdLayout.DEFAULT_EPOCH.plus(Duration.ofDays(365)));
    private final Set<Long> seen = new HashSet<>();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void noIdComesTwiceWhicheverCallFails(int call) {
        for (int sign : new int[] {1, -1}) {
            for (long seed = 0; seed < 20; seed++) {
                seen.clear();
                FakeLeaseStore store = new FakeLeaseStore();
                store.failingCall = sign * call;
                SplittableRandom random = new SplittableRandom(seed * 31 + call);
                for (int i = 0; i < INSTANCES; i++) {
                    live(store, random);
                }
                assertThat(seen).as("call=%d, seed=%d", sign * call, seed).hasSizeGreaterThan(IDS);
            }
        }
    }

    private void live(FakeLeaseStore store, SplittableRandom random) {
        LeaseRenewal renewal;
        TickClock clock = new TickClock(IdLayout.SNOWFLAKE, time);
        LeaseCalls calls = new LeaseCalls(store, "orders", Ticker.system());
        LeaseTerms terms = new LeaseTerms(WorkerIds.leased(store, "orders"), clock, Ticker.system(), 10);
        ScheduledExecutorService thread = DaemonThreads.scheduler("crash-point");
        try {
            renewal = LeaseRenewal.start(calls, terms, Duration.ofSeconds(5), event -> {}, thread);
        } catch (CoordinationException crashedAtStart) {
            thread.shutdownNow();
            return;
        }
        for (int i = 0; i < IDS; i++) {
            if (i % 60 == 0) {
                time.move(Duration.ofMillis(random.nextInt(700)));
                renewal.renew();
            }
            issue(renewal.lease(), clock);
        }
        if (random.nextBoolean()) {
            renewal.stop();
        }
        thread.shutdownNow(); // crashed, or stopped already
        time.move(Duration.ofMillis(random.nextInt(3) * 3_600_000L - 3_600_000L + random.nextInt(10)));
    }

    /** As the generator does, but for waiting. */
    private void issue(WorkerLease lease, TickClock clock) {
        long last = lease.last.get();
        long next = clock.successor(last, clock.now());
        if (next <= lease.limit() && next <= clock.endOf(clock.now() + 10) && lease.last.compareAndSet(last, next)) {
            long id = IdLayout.SNOWFLAKE.idOf(next, lease.workerId);
            assertThat(seen.add(id))
                    .as("%s twice", IdLayout.SNOWFLAKE.decode(id))
                    .isTrue();
        }
    }
}
