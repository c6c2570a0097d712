package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.lock.DistributedLock;
import dev.pawl.lock.LockHandle;
import dev.pawl.lock.LockLostException;
import dev.pawl.lock.LockOptions;
import dev.pawl.lock.LockService;
import dev.pawl.lock.LockState;
import dev.pawl.lock.MultiHandle;
import dev.pawl.lock.ReleaseResult;
import dev.pawl.lock.spi.LockDescription.Holder;
import dev.pawl.lock.spi.LockFeature;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where other locks err, whatever their store: the page on peers in the docs names each defect. */
abstract class LockPeerTests extends LockServiceTests {

    private static final Duration BRIEF = Duration.ofSeconds(2);

    @Test
    @Tag("slow")
    final void theLeaseThatIsAskedForIsTheOneThatIsHeld() throws Exception {
        LockService mine = service();
        LockService other = service();
        LockOptions brief = held(BRIEF).notRenewed();
        LockHandle first = mine.lock(name("a"), brief).tryAcquire(patience()).orElseThrow();
        assertThat(first.remaining()).isLessThanOrEqualTo(brief.lease());
        LockHandle waited = other.lock(name("a"), brief).tryAcquire(patience()).orElseThrow();
        assertThat(waited.remaining()).isLessThanOrEqualTo(brief.lease());
        assertThat(first.state()).isEqualTo(LockState.LOST);
        // What has run out before it says nothing of the next one.
        LockHandle lasting = mine.lock(name("a"), LASTING).acquire();
        assertThat(waited.state()).isEqualTo(LockState.LOST);
        waits().letPass(brief.lease());
        assertThat(lasting.verify()).isTrue();
        assertThat(lasting.release()).isEqualTo(ReleaseResult.RELEASED);
    }

    @Test
    final void theLeaseOfSeveralLocksIsTheOneThatIsHeldThoughOneWasWaitedFor() throws Exception {
        LockService mine = service();
        LockHandle inTheWay = service().lock(name("b"), LASTING).acquire();
        LockOptions brief = held(BRIEF);
        CompletableFuture<MultiHandle> waiting = new CompletableFuture<>();
        Thread unused = Threads.start(() -> {
            try {
                waiting.complete(
                        mine.lockAll(List.of(name("a"), name("b")), brief).acquire());
            } catch (InterruptedException | RuntimeException e) {
                waiting.completeExceptionally(e);
            }
        });
        waits().letPass(brief.lease().plusMillis(500));
        assertThat(waiting).isNotDone();
        inTheWay.release();
        MultiHandle handles = Threads.await(waiting);
        assertThat(handles.handles())
                .allSatisfy(handle -> assertThat(handle.remaining()).isLessThanOrEqualTo(brief.lease()));
        assertThat(handles.release()).isEqualTo(ReleaseResult.RELEASED);
    }

    @Test
    @Tag("slow")
    final void aFormerHolderHasItsOwnTokenAndNoPartInTheNextGrant() throws Exception {
        LockService mine = service();
        DistributedLock lock = mine.lock(name("a"), held(BRIEF).notRenewed());
        Lock view = lock.asLock();
        view.lock();
        LockHandle next = service().lock(name("a"), LASTING).acquire();
        assertThatThrownBy(view::tryLock).isInstanceOf(LockLostException.class);
        assertThatThrownBy(view::unlock).isInstanceOf(LockLostException.class);
        assertThat(lock.tryAcquire()).as("the same thread again").isEmpty();
        assertThat(next.verify()).isTrue();
        assertThat(next.release()).isEqualTo(ReleaseResult.RELEASED);
        LockHandle former = lock.acquire();
        long token = former.token().value();
        LockHandle last = service().lock(name("a"), LASTING).acquire();
        assertThat(former.token().value())
                .isEqualTo(token)
                .isLessThan(last.token().value());
        assertThat(former.state()).isEqualTo(LockState.LOST);
        assertThat(former.release()).isEqualTo(ReleaseResult.ALREADY_LOST);
        assertThat(last.release()).isEqualTo(ReleaseResult.RELEASED);
    }

    @Test
    final void reentryIsNoGrantOfItsOwn() throws Exception {
        LockService mine = service();
        assumeOffered(backend(), LockFeature.DESCRIBE);
        DistributedLock lock = mine.lock(name("a"), LASTING);
        Lock view = lock.asLock();
        assertThat(view.tryLock()).isTrue();
        Holder outer = mine.admin().describe(lock).holders().get(0);
        assertThat(view.tryLock()).isTrue();
        Holder inner = mine.admin().describe(lock).holders().get(0);
        assertThat(inner.grant()).isEqualTo(outer.grant());
        view.unlock();
        view.unlock();
        assertThat(mine.admin().describe(lock).holders()).isEmpty();
    }

    @Test
    @Tag("slow")
    final void aRenewalThatFailsIsTriedAgain() throws Exception {
        CountingLockBackend backend = new CountingLockBackend(backend());
        LockOptions options = held(Duration.ofSeconds(3));
        LockHandle handle = service(backend).lock(name("a"), options).acquire();
        backend.failing.add(name("a"));
        waits().await("a renewal has failed", () -> backend.failures.get() > 0);
        backend.failing.clear();
        waits().letPass(options.lease());
        assertThat(handle.verify()).isTrue();
        assertThat(handle.release()).isEqualTo(ReleaseResult.RELEASED);
    }

    @Test
    @Tag("slow")
    final void aLockWhoseRenewalsFailHarmsNoOtherAndIsRenewedWhenItIsHeldAgain() throws Exception {
        CountingLockBackend backend = new CountingLockBackend(backend());
        LockService mine = service(backend);
        LockOptions options = held(Duration.ofSeconds(3));
        DistributedLock broken = mine.lock(name("broken"), options);
        LockHandle lost = broken.acquire();
        LockHandle healthy = mine.lock(name("healthy"), options).acquire();
        backend.failing.add(name("broken"));
        waits().await("it is lost", () -> lost.state() == LockState.LOST);
        assertThat(healthy.verify()).isTrue();
        backend.failing.clear();
        LockHandle again = broken.acquire();
        waits().letPass(options.lease().plusMillis(500));
        assertThat(again.verify()).isTrue();
        assertThat(healthy.release()).isEqualTo(ReleaseResult.RELEASED);
        assertThat(again.release()).isEqualTo(ReleaseResult.RELEASED);
    }

    @Test
    final void aReleaseThatFailsEndsTheRenewals() throws Exception {
        CountingLockBackend backend = new CountingLockBackend(backend());
        LockHandle handle = service(backend).lock(name("a"), held(BRIEF)).acquire();
        waits().await("it was renewed", () -> backend.renewals.get() > 0);
        backend.failing.add(name("a"));
        assertThat(handle.release()).isEqualTo(ReleaseResult.UNKNOWN);
        int renewals = backend.renewals.get();
        LockHandle next = service().lock(name("a"), LASTING).acquire();
        assertThat(next.token().value()).isGreaterThan(handle.token().value());
        assertThat(backend.renewals).hasValue(renewals);
        assertThat(next.release()).isEqualTo(ReleaseResult.RELEASED);
    }
}
