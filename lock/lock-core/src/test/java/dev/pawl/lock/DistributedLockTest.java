package dev.pawl.lock;

import static dev.pawl.lock.Fixture.LEASE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.memory.InMemoryLockBackend;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The calls of users: waits, interrupts, timeouts, views. */
final class DistributedLockTest {

    private final Fixture fixture = new Fixture();
    private final FakeStore store = fixture.store;
    private final InMemoryLockBackend backend = new InMemoryLockBackend();
    private final LockService mine = LockService.of(backend);
    private final LockService others = LockService.of(backend);

    @AfterEach
    void close() {
        mine.close();
        others.close();
    }

    @Test
    void whoIsInterruptedBeforeAsksNobody() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(fixture.lock()::acquire).isInstanceOf(InterruptedException.class);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> fixture.lock().tryAcquire(LEASE)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        store.assertQuiet();
    }

    @Test
    void whoIsInterruptedWhileItWaitsLeaves() throws InterruptedException {
        CompletableFuture<Object> ended = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                ended.complete(fixture.lock().tryAcquire(LEASE));
            } catch (InterruptedException e) {
                ended.complete(e);
            }
        });
        waiting.start();
        await().until(() -> !store.calls.isEmpty());
        store.only("acquire").taken(LEASE);
        waiting.interrupt();
        assertThat(ended.orTimeout(10, TimeUnit.SECONDS).join()).isInstanceOf(InterruptedException.class);
        store.only("release");
        waiting.join(10_000);
    }

    @Test
    void aTryIsNotInterrupted() {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        CompletableFuture<Optional<LockHandle>> result = CompletableFuture.supplyAsync(() -> {
            Thread.currentThread().interrupt();
            Optional<LockHandle> handle = fixture.lock().tryAcquire();
            interrupted.complete(Thread.interrupted());
            return handle;
        });
        await().until(() -> !store.calls.isEmpty());
        store.only("acquire").grant(5);
        assertThat(result.join()).isPresent();
        assertThat(interrupted.join()).isTrue();
    }

    @Test
    void aTimeoutIsEmptyWhereTheStoreAnswersAndAFailureWhereItDoesNot() throws InterruptedException {
        CompletableFuture<Object> answering = timed(Duration.ofMillis(300));
        store.only("acquire").taken(LEASE);
        assertThat(answering.join()).isEqualTo(Optional.empty());
        store.only("release").answer(false);
        CompletableFuture<Object> failing = timed(Duration.ofMillis(300));
        store.only("acquire").fail(Outcome.UNKNOWN);
        assertThat(failing.join())
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
        assertThat(store.only("release").tombstone()).isEqualTo(LEASE);
        assertThat(fixture.lock().tryAcquire(Duration.ofNanos(1))).isEmpty();
    }

    private CompletableFuture<Object> timed(Duration maxWait) {
        CompletableFuture<Object> result = CompletableFuture.supplyAsync(() -> {
            try {
                return fixture.lock().tryAcquire(maxWait);
            } catch (BackendException | InterruptedException e) {
                return e;
            }
        });
        await().until(() -> !store.calls.isEmpty());
        return result;
    }

    @Test
    void aZeroWaitIsATryAndANegativeOneIsRefused() throws InterruptedException {
        LockHandle holder = others.lock("a").acquire();
        assertThat(mine.lock("a").tryAcquire(Duration.ZERO)).isEmpty();
        holder.release();
        assertThatThrownBy(() -> mine.lock("a").tryAcquire(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxWait must be >= 0: maxWait=PT-0.000000001S");
        assertThat(mine.lock("a").tryAcquire(Duration.ofSeconds(Long.MAX_VALUE)))
                .isPresent();
    }

    @Test
    void aFailureOfTheStoreIsThrownWithTheCallersStack() {
        fixture.patience = Duration.ZERO;
        store.throwOnce(new IllegalArgumentException("planned"));
        assertThatThrownBy(fixture.lock()::acquire)
                .isInstanceOf(BackendException.class)
                .hasMessage("lock could not be acquired: resource=lock/a")
                .hasStackTraceContaining("DistributedLockTest");
    }

    @Test
    void aFutureThatIsCancelledOrTimesOutLeaves() {
        DistributedLock lock = fixture.lock();
        CompletableFuture<LockHandle> cancelled = lock.acquireAsync();
        FakeStore.Call request = store.only("acquire");
        cancelled.cancel(false);
        FakeStore.Call release = store.only("release");
        assertThat(release.tombstone()).isEqualTo(LEASE);
        request.grant(5);
        release.answer(true);
        CompletableFuture<LockHandle> timedOut = lock.acquireAsync().orTimeout(20, TimeUnit.MILLISECONDS);
        assertThatThrownBy(timedOut::join).hasCauseInstanceOf(TimeoutException.class);
        await().until(() -> store.calls.size() == 2);
        assertThat(store.calls).extracting(FakeStore.Call::what).containsExactly("acquire", "release");
        await().until(() -> fixture.context().left().isEmpty());
    }

    @Test
    void manyContendersThatReleaseInTheirCallbackDoNotOverflowTheStack() throws InterruptedException {
        for (LockOptions options :
                List.of(LockOptions.defaults(), LockOptions.defaults().inOrder())) {
            DistributedLock lock = mine.lock("a", options);
            LockHandle first = lock.acquire();
            List<CompletableFuture<ReleaseResult>> all = IntStream.range(0, 5_000)
                    .mapToObj(i -> lock.acquireAsync().thenCompose(LockHandle::releaseAsync))
                    .toList();
            first.release();
            assertThat(all)
                    .allSatisfy(one -> assertThat(
                                    one.orTimeout(30, TimeUnit.SECONDS).join())
                            .isEqualTo(ReleaseResult.RELEASED));
        }
    }

    @Test
    void callReleasesWhateverTheBodyDoes() throws Exception {
        assertThat(mine.lock("a").<Long>call(handle -> handle.token().value())).isPositive();
        assertThatThrownBy(() -> mine.lock("a").call(handle -> {
                    throw new IllegalArgumentException("body");
                }))
                .isInstanceOf(IllegalArgumentException.class);
        LockHandle holder = others.lock("a").acquire();
        assertThatThrownBy(() -> mine.lock("a").call(Duration.ofMillis(5), handle -> 1))
                .isInstanceOf(LockTimeoutException.class);
        holder.release();
        assertThat(mine.lock("a").<Integer>call(Duration.ofMillis(5), handle -> 1))
                .isEqualTo(1);
        assertThat(backend.size()).isZero();
    }

    @Test
    void theSidesOfAReadWriteLockAreNotOneHoldOfAThread() throws InterruptedException {
        DistributedReadWriteLock lock = mine.readWriteLock("a");
        Lock reader = lock.readLock().asLock();
        Lock writer = lock.writeLock().asLock();
        reader.lock();
        assertThat(writer.tryLock()).as("who reads is no writer").isFalse();
        assertThatThrownBy(writer::unlock).isInstanceOf(IllegalMonitorStateException.class);
        assertThat(reader.tryLock()).isTrue();
        reader.unlock();
        reader.unlock();
        assertThat(writer.tryLock(1, TimeUnit.SECONDS)).isTrue();
        assertThat(reader.tryLock()).isFalse();
        writer.unlock();
    }

    @Test
    void aViewBelongsToAThreadAndALossIsThrownOnReentryAndAtTheEnd() {
        Lock view = fixture.lock().asLock();
        DistributedLock lock = fixture.lock();
        Lock other = new ThreadLock(lock, FencingToken.Kind.EXCLUSIVE, new ThreadHolds());
        CompletableFuture<Void> locked = CompletableFuture.runAsync(() -> {
            view.lock();
            fixture.time.pause(Fixture.TRUSTED);
            assertThatThrownBy(view::lock).isInstanceOf(LockLostException.class);
            assertThatThrownBy(view::unlock).isInstanceOf(LockLostException.class);
            assertThatThrownBy(view::unlock).isInstanceOf(IllegalMonitorStateException.class);
        });
        await().until(() -> !store.calls.isEmpty());
        store.only("acquire").grant(5);
        locked.join();
        assertThatThrownBy(other::unlock).isInstanceOf(IllegalMonitorStateException.class);
        assertThatThrownBy(view::newCondition).isInstanceOf(UnsupportedOperationException.class);
        assertThat(view).hasToString("Lock[lock/a]");
        assertThatThrownBy(() -> mine.semaphore("a", 1).asLock()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aViewThatIsInterruptedWaitsOnAndKeepsTheInterrupt() throws Exception {
        LockHandle holder = others.lock("a").acquire();
        AtomicBoolean kept = new AtomicBoolean();
        Thread waiting = new Thread(() -> {
            Lock view = mine.lock("a").asLock();
            view.lock();
            kept.set(Thread.interrupted());
            view.unlock();
        });
        waiting.start();
        await().until(() -> waiting.getState() == Thread.State.WAITING);
        waiting.interrupt();
        await().until(() -> !waiting.isInterrupted() && waiting.getState() == Thread.State.WAITING);
        holder.release();
        waiting.join(10_000);
        assertThat(kept).isTrue();
        Thread.currentThread().interrupt();
        Lock view = mine.lock("a").asLock();
        assertThatThrownBy(view::lockInterruptibly).isInstanceOf(InterruptedException.class);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> view.tryLock(1, TimeUnit.DAYS)).isInstanceOf(InterruptedException.class);
        view.lockInterruptibly();
        view.lockInterruptibly();
        view.unlock();
        view.unlock();
    }

    @Test
    void severalLocksAreTakenInTheOrderOfTheirNamesAndAllOrNone() throws InterruptedException {
        LockHandle holder = others.lock("b").acquire();
        assertThat(mine.lockAll("c", "b", "a", "a").tryAcquire(Duration.ofMillis(5)))
                .isEmpty();
        assertThat(backend.size()).isEqualTo(1);
        assertThat(mine.lockAll("c", "b", "a").tryAcquire(Duration.ZERO)).isEmpty();
        assertThat(backend.size()).isEqualTo(1);
        Thread.currentThread().interrupt();
        assertThatThrownBy(mine.lockAll("a", "b")::acquire).isInstanceOf(InterruptedException.class);
        assertThat(backend.size()).isEqualTo(1);
        holder.release();
        MultiHandle handle = mine.lockAll("c", "b", "a", "a").acquire();
        assertThat(handle.tokens()).containsOnlyKeys("a", "b", "c");
        assertThat(handle.handles()).extracting(one -> one.resource().name()).containsExactly("a", "b", "c");
        assertThat(handle.remaining()).isPositive();
        handle.ensureValid(Duration.ofSeconds(1));
        assertThat(handle.release()).isEqualTo(ReleaseResult.RELEASED);
        assertThat(handle.remaining()).isZero();
        handle.close();
        assertThat(backend.size()).isZero();
        assertThatThrownBy(mine::lockAll).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whoIsInterruptedWhileItWaitsForOneOfSeveralGivesTheOthersBack() throws InterruptedException {
        LockHandle holder = others.lock("b").acquire();
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                mine.lockAll("a", "b").acquire();
                ended.complete(new AssertionError("it was granted"));
            } catch (InterruptedException | RuntimeException e) {
                ended.complete(e);
            }
        });
        waiting.start();
        await().until(() -> waiting.getState() == Thread.State.WAITING);
        waiting.interrupt();
        assertThat(ended.orTimeout(10, TimeUnit.SECONDS).join()).isInstanceOf(InterruptedException.class);
        assertThat(others.lock("a").tryAcquire()).isPresent();
        holder.release();
    }

    @Test
    void aGrantThatComesWhileItsFutureIsCancelledIsGivenBack() {
        AtomicReference<CompletableFuture<LockHandle>> future = new AtomicReference<>();
        fixture.listener = event -> {
            if (event instanceof LockEvent.Acquired) {
                future.get().cancel(false);
            }
        };
        future.set(fixture.lock().acquireAsync());
        store.only("acquire").grant(5);
        assertThat(store.only("release").grant().base()).isEqualTo(5);
    }

    @Test
    void aLossAmongSeveralIsToldOnceAndThrownAtTheEnd() throws InterruptedException {
        MultiHandle handle = mine.lockAll("a", "b").acquire();
        CompletableFuture<LockLost> told = new CompletableFuture<>();
        handle.onLost(lost -> assertThat(told.complete(lost)).isTrue());
        mine.close();
        assertThat(told.orTimeout(10, TimeUnit.SECONDS).join().cause()).isEqualTo(LossCause.SERVICE_CLOSED);
        assertThatThrownBy(() -> handle.ensureValid(Duration.ZERO)).isInstanceOf(LockLostException.class);
        assertThatThrownBy(handle::close).isInstanceOf(LockLostException.class);
        assertThat(handle.release()).isEqualTo(ReleaseResult.ALREADY_LOST);
    }

    @Test
    void optionsOutOfBoundsAreRefused() {
        LockOptions options = LockOptions.defaults();
        assertThatThrownBy(() -> options.withLease(Duration.ofMillis(99)))
                .hasMessage("lease must be in [100 ms, 1 day]: lease=PT0.099S");
        assertThatThrownBy(() -> options.withLease(Duration.ofDays(1).plusNanos(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.withLease(Duration.ofSeconds(Long.MAX_VALUE)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.withMaxHold(Duration.ofSeconds(29)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.withMaxHold(Duration.ofSeconds(Long.MAX_VALUE)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.withDelay(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.withDelay(Duration.ofHours(2))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> mine.semaphore("a", 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> mine.semaphore("a", 100_001)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LockService.builder(backend).patience(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
