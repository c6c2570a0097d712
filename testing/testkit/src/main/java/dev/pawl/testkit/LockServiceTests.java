package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.DistributedLock;
import dev.pawl.lock.DistributedReadWriteLock;
import dev.pawl.lock.LeaderElection;
import dev.pawl.lock.LockHandle;
import dev.pawl.lock.LockLost;
import dev.pawl.lock.LockLostException;
import dev.pawl.lock.LockOptions;
import dev.pawl.lock.LockService;
import dev.pawl.lock.LossCause;
import dev.pawl.lock.MultiHandle;
import dev.pawl.lock.ReleaseResult;
import dev.pawl.lock.spi.LockFeature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a lock service over the store owes to its users. */
abstract class LockServiceTests extends SharedLockTests {

    static final LockOptions LASTING = LockOptions.defaults().withLease(LEAST_TOMBSTONE);

    private static final Duration BRIEF = Duration.ofMillis(300);

    @Test
    final void manyThreadsOfManyClientsNeverHoldTogether() throws Exception {
        List<LockService> services = List.of(service(), service(), service());
        LockHistory history = new LockHistory(1);
        Threads.inParallel(indices(9), i -> {
            DistributedLock lock = services.get(i % 3).lock(name("hot"), LASTING);
            for (int round = 0; round < 30; round++) {
                history.hold(held(lock));
            }
            return i;
        });
        history.assertInvariants(270);
    }

    @Test
    final void fairThreadsOfManyClientsNeverHoldTogether() throws Exception {
        List<LockService> services = List.of(service(), service());
        assumeTrue(services.get(0).guarantees().features().contains(LockFeature.FAIR));
        LockHistory history = new LockHistory(1);
        Threads.inParallel(indices(6), i -> {
            DistributedLock lock = services.get(i % 2).lock(name("hot"), LASTING.inOrder());
            for (int round = 0; round < 20; round++) {
                history.hold(held(lock));
            }
            return i;
        });
        history.assertInvariants(120);
    }

    @Test
    final void asManyThreadsHoldAsThereArePermits() throws Exception {
        List<LockService> services = List.of(service(), service());
        assumeTrue(services.get(0).guarantees().features().contains(LockFeature.SEMAPHORE));
        LockHistory history = new LockHistory(3);
        Threads.inParallel(indices(8), i -> {
            DistributedLock permits = services.get(i % 2).semaphore(name("permits"), 3, LASTING);
            for (int round = 0; round < 20; round++) {
                history.hold(held(permits));
            }
            return i;
        });
        history.assertInvariants(160);
    }

    @Test
    final void writersAreAloneAmongReaders() throws Exception {
        List<LockService> services = List.of(service(), service());
        assumeTrue(services.get(0).guarantees().features().contains(LockFeature.READ_WRITE));
        LockHistory history = new LockHistory(Integer.MAX_VALUE);
        Threads.inParallel(indices(6), i -> {
            DistributedReadWriteLock lock = services.get(i % 2).readWriteLock(name("book"), LASTING);
            for (int round = 0; round < 20; round++) {
                history.hold(held(i < 2 ? lock.writeLock() : lock.readLock()));
            }
            return i;
        });
        history.assertInvariants(120);
    }

    @Test
    final void threadsOfOneClientPassTheLockOnWithoutTheStore() throws Exception {
        CountingLockBackend backend = new CountingLockBackend(backend());
        DistributedLock lock = service(backend).lock(name("passed"), LASTING);
        LockHandle first = lock.acquire();
        assertThat(first.token().value() & 1023).isZero();
        List<CompletableFuture<LockHandle>> waiting =
                IntStream.range(0, 10).mapToObj(i -> lock.acquireAsync()).toList();
        LockHandle before = first;
        for (CompletableFuture<LockHandle> next : waiting) {
            assertThat(before.release()).isEqualTo(ReleaseResult.RELEASED);
            LockHandle handle = Threads.await(next);
            assertThat(handle.token().value()).isEqualTo(before.token().value() + 1);
            assertThat(before.remaining()).isZero();
            before = handle;
        }
        assertThat(backend.attempts).hasSize(1);
        assertThat(backend.releases).hasValue(0);
        assertThat(before.release()).isEqualTo(ReleaseResult.RELEASED);
        assertThat(backend.releases).hasValue(1);
    }

    @Test
    final void oneThreadOfAClientContendsAtTheStore() throws Exception {
        LockHandle holder = service().lock(name("far"), LASTING).acquire();
        CountingLockBackend backend = new CountingLockBackend(backend());
        DistributedLock lock = service(backend).lock(name("far"), LASTING);
        List<CompletableFuture<LockHandle>> waiting =
                IntStream.range(0, 10).mapToObj(i -> lock.acquireAsync()).toList();
        assertThat(backend.attempts).hasSize(1);
        holder.release();
        waiting.forEach(next -> Threads.await(next).release());
        assertThat(backend.attempts).hasSize(1);
    }

    @Test
    final void anInterruptedWaitLeavesNothingBehind() throws Exception {
        LockService mine = service();
        DistributedLock lock = service().lock(name("interrupted"), LASTING);
        LockHandle holder = mine.lock(name("interrupted"), LASTING).acquire();
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread waiting = Threads.start(() -> {
            try {
                lock.acquire().close();
                ended.complete(new AssertionError("it was granted"));
            } catch (Throwable e) {
                ended.complete(e);
            }
        });
        waits().await("it waits", () -> waiting.getState() == Thread.State.WAITING);
        waiting.interrupt();
        assertThat(Threads.await(ended)).isInstanceOf(InterruptedException.class);
        holder.release();
        assertFree(mine.lock(name("interrupted"), LASTING));
    }

    @Test
    @Tag("slow")
    final void aTimeoutAndACancelLeaveNothingBehind() throws Exception {
        LockService mine = service();
        DistributedLock lock = service().lock(name("left"), LASTING);
        LockHandle holder = mine.lock(name("left"), LASTING).acquire();
        assertThat(lock.tryAcquire(Duration.ofMillis(30))).isEmpty();
        assertThat(lock.tryAcquire()).isEmpty();
        CompletableFuture<LockHandle> future = lock.acquireAsync();
        assertThat(future.cancel(false)).isTrue();
        assertThat(lock.tryAcquire(Duration.ofMillis(1))).isEmpty();
        holder.release();
        assertFree(mine.lock(name("left"), LASTING));
        assertFree(lock);
    }

    /** Who leaves does so in the background, and may be overtaken by a release; but it does not keep the lock for a lease. */
    private static void assertFree(DistributedLock lock) throws InterruptedException {
        LockHandle handle = lock.tryAcquire(LASTING.lease().dividedBy(3)).orElseThrow();
        assertThat(handle.release()).isEqualTo(ReleaseResult.RELEASED);
    }

    @Test
    final void theReentrantViewHoldsOnceForAThread() throws Exception {
        LockService mine = service();
        Lock view = mine.lock(name("view"), LASTING).asLock();
        DistributedLock other = service().lock(name("view"), LASTING);
        assertThat(view.tryLock()).isTrue();
        assertThat(mine.lock(name("view"), LASTING).asLock().tryLock()).isTrue();
        assertThat(view.tryLock()).isTrue();
        assertThat(other.tryAcquire()).isEmpty();
        view.unlock();
        view.unlock();
        assertThat(other.tryAcquire()).isEmpty();
        view.unlock();
        assertThatThrownBy(view::unlock).isInstanceOf(IllegalMonitorStateException.class);
        other.acquire().close();
    }

    @Test
    final void overlappingSetsOfLocksAreTakenWithoutADeadlock() throws Exception {
        List<LockService> services = List.of(service(), service());
        LockHistory a = new LockHistory(1);
        LockHistory b = new LockHistory(1);
        Threads.inParallel(indices(4), i -> {
            String[] names = {name("a"), name("b")};
            for (int round = 0; round < 20; round++) {
                MultiHandle handle =
                        held(services.get(i % 2), i < 2 ? names[0] : names[1], i < 2 ? names[1] : names[0]);
                a.enter(handle.handles().get(0));
                b.enter(handle.handles().get(1));
                a.leave();
                b.leave();
                handle.close();
            }
            return i;
        });
        a.assertInvariants(80);
        b.assertInvariants(80);
    }

    @Test
    final void leadersFollowEachOther() throws Exception {
        BlockingQueue<LockHandle> terms = new LinkedBlockingQueue<>();
        LeaderElection two = service().election(name("leader"), LASTING);
        try (LeaderElection one = service().election(name("leader"), LASTING)) {
            one.stand(terms::add);
            LockHandle first = poll(terms);
            two.stand(terms::add);
            assertThat(one.term()).contains(first);
            assertThat(two.term()).isEmpty();
            LockHandle second = first;
            // Until the other candidate has come to the store, the first one follows itself.
            while (two.term().isEmpty()) {
                one.resign();
                second = poll(terms);
            }
            assertThat(two.term()).contains(second);
            assertThat(second.token().value()).isGreaterThan(first.token().value());
            two.close();
            LockHandle third = poll(terms);
            assertThat(one.term()).contains(third);
            assertThat(third.token().value()).isGreaterThan(second.token().value());
        }
        assertThat(terms).isEmpty();
    }

    /** A lease, or the shortest of the store if that is longer. */
    final LockOptions held(Duration lease) throws Exception {
        Duration least = backend().leastLease();
        return LockOptions.defaults().withLease(lease.compareTo(least) < 0 ? least : lease);
    }

    @Test
    final void aRenewedLockOutlivesItsLease() throws Exception {
        LockOptions options = held(Duration.ofSeconds(4));
        LockHandle handle = service().lock(name("renewed"), options).acquire();
        waits().letPass(options.lease().plusMillis(500));
        assertThat(handle.verify()).isTrue();
        assertThat(handle.remaining()).isPositive();
        assertThat(handle.release()).isEqualTo(ReleaseResult.RELEASED);
    }

    @Test
    final void aLockThatIsNotRenewedIsLostWithItsLease() throws Exception {
        BlockingQueue<LockLost> losses = new LinkedBlockingQueue<>();
        LockHandle handle =
                service().lock(name("once"), held(BRIEF).notRenewed()).acquire();
        handle.onLost(losses::add);
        LockHandle next = service().lock(name("once"), LASTING).acquire();
        assertThat(next.token().value()).isGreaterThan(handle.token().value());
        assertThat(handle.remaining()).isZero();
        assertThat(poll(losses).cause()).isEqualTo(LossCause.LEASE_ENDED);
        assertThatThrownBy(handle::close).isInstanceOf(LockLostException.class);
        assertThat(next.verify()).isTrue();
        next.release();
        assertThat(losses).isEmpty();
    }

    @Test
    @Tag("slow")
    final void aHolderLosesTheLockAfterTheGreatestTime() throws Exception {
        BlockingQueue<LockLost> losses = new LinkedBlockingQueue<>();
        LockOptions options = held(MEDIUM.multipliedBy(3));
        Duration maxHold = options.lease().plus(SHORT);
        LockHandle handle =
                service().lock(name("stuck"), options.withMaxHold(maxHold)).acquire();
        handle.onLost(losses::add);
        assertThat(poll(losses).cause()).isEqualTo(LossCause.HELD_TOO_LONG);
        try (LockHandle next = service().lock(name("stuck"), LASTING).acquire()) {
            assertThat(next.token().value()).isGreaterThan(handle.token().value());
        }
    }

    @Test
    final void theLockOfAProcessThatIsGoneIsFreeAfterItsLease() throws Exception {
        LockService gone = service();
        LockHandle handle = gone.lock(name("gone"), held(BRIEF)).acquire();
        gone.close();
        assertThat(handle.remaining()).isZero();
        try (LockHandle next = service().lock(name("gone"), LASTING).acquire()) {
            assertThat(next.token().value()).isGreaterThan(handle.token().value());
        }
    }

    @Test
    final void everyLegalNameWorksAndTheOthersAreRefused() throws Exception {
        LockService mine = service();
        LockService other = service();
        List<LockHandle> held = new ArrayList<>();
        for (String name : LockNames.awkward()) {
            held.add(mine.lock(name, LASTING).tryAcquire().orElseThrow());
            assertThat(other.lock(name, LASTING).tryAcquire()).as(name).isEmpty();
        }
        for (LockHandle handle : held) {
            FencingToken token = handle.token();
            assertThat(FencingToken.parse(token.text())).isEqualTo(token);
            assertThat(handle.release()).isEqualTo(ReleaseResult.RELEASED);
        }
        for (String name : LockNames.refused()) {
            assertThatThrownBy(() -> mine.lock(name)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> mine.election(name)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static List<Integer> indices(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    private static LockHandle held(DistributedLock lock) {
        try {
            return lock.acquire();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MultiHandle held(LockService service, String... names) {
        try {
            return service.lockAll(List.of(names), LASTING).acquire();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T poll(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(30, TimeUnit.SECONDS);
        assertThat(next).as("what was to come within 30 s").isNotNull();
        return next;
    }
}
