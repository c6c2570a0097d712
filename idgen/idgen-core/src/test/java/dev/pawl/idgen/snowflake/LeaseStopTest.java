package dev.pawl.idgen.snowflake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.idgen.IdListener;
import dev.pawl.idgen.layout.IdLayout;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a stop does when its store hangs, and what happens after it. */
class LeaseStopTest {

    private final FakeLeaseStore store = new FakeLeaseStore();
    private final CountDownLatch hung = new CountDownLatch(1);
    private final AtomicBoolean hanging = new AtomicBoolean();
    private final AtomicLong nanos = new AtomicLong();
    private final LeaseRenewal renewal = start();

    private LeaseRenewal start() {
        LeaseCalls calls = new LeaseCalls(store, "orders", nanos::get);
        TickClock clock = new TickClock(IdLayout.SNOWFLAKE, Clock.systemUTC());
        LeaseTerms terms = new LeaseTerms(WorkerIds.leased(store, "orders"), clock, nanos::get, 10);
        return LeaseRenewal.start(calls, terms, Duration.ZERO, IdListener.NONE, WheelThread::new);
    }

    @AfterEach
    void goOn() {
        hung.countDown();
    }

    /** Does not come back before the latch is open, whoever interrupts it. */
    private void hang() {
        hanging.set(true);
        boolean interrupted = false;
        while (hung.getCount() > 0) {
            try {
                hung.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aStopWaitsForTwoCallsOfAStoreThatHangsAndNoLonger() {
        store.duringRead = this::hang;
        CompletableFuture<Void> stop = CompletableFuture.runAsync(renewal::stop, task -> new Thread(task).start());
        assertThat(stop).succeedsWithin(Duration.ofSeconds(15));
        assertThat(renewal.lease().isSealed()).isTrue();
    }

    @Test
    void anInterruptEndsTheWaitForARenewalThatHangsAndNothingIsIssuedAnyMore() {
        store.duringTime = this::hang;
        renewOutOfTurn();
        await().untilTrue(hanging);
        Thread.currentThread().interrupt();
        renewal.stop();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(renewal.lease().isSealed()).isTrue();
    }

    private void renewOutOfTurn() {
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        renewal.soon();
    }

    @Test
    void whoAsksForARenewalAfterTheStopGetsNeitherOneNorAnError() {
        renewal.stop();
        int calls = store.calls.get();
        renewOutOfTurn();
        assertThat(store.calls).hasValue(calls);
    }
}
