package dev.pawl.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.lock.memory.InMemoryLockBackend;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.lock.spi.LockBackend;
import dev.pawl.lock.spi.LockGuarantees;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The API on real time and the in-memory backend; what time does to it is tested on a clock that tests move. */
final class LockServiceTest {

    private final InMemoryLockBackend backend = new InMemoryLockBackend();
    private final LockService locks = LockService.of(backend);
    private final LockService others = LockService.of(backend);

    @AfterEach
    void close() {
        locks.close();
        others.close();
    }

    @Test
    void aLockIsHeldByOneAndFreeAfterItsRelease() throws InterruptedException {
        DistributedLock mine = locks.lock("a");
        DistributedLock theirs = others.lock("a");
        LockHandle handle = mine.acquire();
        assertThat(handle.state()).isEqualTo(LockState.HELD);
        assertThat(theirs.tryAcquire()).isEmpty();
        assertThat(mine.tryAcquire()).isEmpty();
        assertThat(theirs.tryAcquire(Duration.ofMillis(20))).isEmpty();
        assertThat(handle.release()).isEqualTo(ReleaseResult.RELEASED);
        try (LockHandle next = theirs.acquire()) {
            assertThat(next.token().value()).isGreaterThan(handle.token().value());
        }
    }

    @Test
    void contendersOfOneProcessAndOfOthersAllGetTheirTurn() throws Exception {
        ConcurrentLinkedQueue<Long> tokens = new ConcurrentLinkedQueue<>();
        List<Future<?>> done = new ArrayList<>();
        int[] inside = new int[1];
        for (int i = 0; i < 8; i++) {
            DistributedLock lock = (i % 2 == 0 ? locks : others).lock("hot");
            done.add(CompletableFuture.runAsync(
                    () -> {
                        for (int j = 0; j < 500; j++) {
                            try (LockHandle handle = lock.acquire()) {
                                inside[0]++;
                                assertThat(inside[0]).isEqualTo(1);
                                tokens.add(handle.token().value());
                                inside[0]--;
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        }
                    },
                    task -> new Thread(task).start()));
        }
        for (Future<?> future : done) {
            future.get();
        }
        assertThat(List.copyOf(tokens)).hasSize(4_000).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aClosedServiceEndsWhatWaitsAndWhatIsHeld() throws InterruptedException {
        LockHandle handle = others.lock("a").acquire();
        CompletableFuture<LockHandle> waiting = locks.lock("a").acquireAsync();
        LockHandle mine = locks.lock("b").acquire();
        locks.close();
        Awaitility.await().until(waiting::isCompletedExceptionally);
        assertThat(mine.state()).isEqualTo(LockState.LOST);
        assertThatThrownBy(() -> locks.lock("c").tryAcquire()).isInstanceOf(IllegalStateException.class);
        assertThat(handle.release()).isEqualTo(ReleaseResult.RELEASED);
    }

    @Test
    void aLeaderAtWorkHoldsUpNoNewsOfALoss() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        LeaderElection election = locks.election("leader");
        election.stand(term -> {
            working.countDown();
            try {
                done.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        working.await();
        LockHandle handle = locks.lock("a", LockOptions.defaults().withLease(Duration.ofMillis(200)))
                .acquire();
        CompletableFuture<LockLost> lost = new CompletableFuture<>();
        handle.onLost(lost::complete);
        assertThat(others.admin()
                        .forceReleaseNow(others.admin()
                                .describe(others.lock("a"))
                                .holders()
                                .get(0)))
                .isTrue();
        assertThat(lost.get(10, TimeUnit.SECONDS).cause()).isEqualTo(LossCause.GONE_FROM_STORE);
        done.countDown();
        election.close();
    }

    @Test
    void aCompletionMayBlockForTheStore() throws Exception {
        LockHandle before = others.lock("a").acquire();
        CompletableFuture<String> thread = locks.lock("a").acquireAsync().thenApply(handle -> {
            assertThat(handle.release()).isEqualTo(ReleaseResult.RELEASED);
            return Thread.currentThread().getName();
        });
        before.release();
        assertThat(thread.get(10, TimeUnit.SECONDS)).isEqualTo("pawl-lock-callbacks");
    }

    @Test
    void aLeaseMustBeWithinTheBoundsOfTheStoreUnlessItIsTheDefault() {
        Duration least = Duration.ofSeconds(2);
        Duration greatest = Duration.ofSeconds(20);
        try (LockService bounded = LockService.of(new Bounded(backend, least, greatest))) {
            LockHandle handle = bounded.lock("a").tryAcquire().orElseThrow();
            assertThat(handle.remaining()).isBetween(Duration.ofSeconds(10), greatest);
            assertThat(handle.release()).isEqualTo(ReleaseResult.RELEASED);
            assertThat(bounded.lock("a", LockOptions.defaults().withLease(least))
                            .resource())
                    .isNotNull();
            for (Duration lease : List.of(least.minusMillis(1), greatest.plusMillis(1))) {
                assertThatThrownBy(
                                () -> bounded.lock("a", LockOptions.defaults().withLease(lease)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("lease must be in [PT2S, PT20S] on this store: lease=" + lease);
            }
        }
        Duration minute = Duration.ofMinutes(1);
        try (LockService slow = LockService.of(new Bounded(backend, minute, minute));
                LockHandle handle = slow.lock("a").tryAcquire().orElseThrow()) {
            assertThat(handle.remaining()).isGreaterThan(Duration.ofSeconds(31));
        }
    }

    private record Bounded(LockBackend store, Duration leastLease, Duration greatestLease) implements LockBackend {

        @Override
        public LockGuarantees guarantees() {
            return store.guarantees();
        }

        @Override
        public String issuer(LockResource resource) {
            return store.issuer(resource);
        }

        @Override
        public LockSession open(String id, GrantListener listener) {
            return store.open(id, listener);
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
