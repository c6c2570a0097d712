package dev.pawl.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.lock.memory.InMemoryLockBackend;
import dev.pawl.lock.spi.LockDescription.Holder;
import dev.pawl.lock.spi.LockResource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an administrator may do; the kit of backends runs the same against every store. */
final class LockAdminTest {

    private static final LockOptions SHORT = LockOptions.defaults().withLease(Duration.ofMillis(150));

    private final InMemoryLockBackend backend = new InMemoryLockBackend();
    private final LockService locks =
            LockService.builder(backend).instance("worker-1").build();
    private final LockService later =
            LockService.builder(backend).instance("worker-1").build();
    private final LockService other =
            LockService.builder(backend).instance("worker-2").build();

    @AfterEach
    void close() {
        locks.close();
        later.close();
        other.close();
    }

    @Test
    void whatIsHeldIsListedAndDescribed() throws InterruptedException {
        LockHandle handle = locks.lock("a").acquire();
        LockHandle reader = locks.readWriteLock("b").readLock().acquire();
        CompletableFuture<LockHandle> waiting = other.lock("a").acquireAsync();
        assertThat(later.admin().list(LockResource.Kind.LOCK)).singleElement().satisfies(described -> {
            assertThat(described.resource()).isEqualTo(handle.resource());
            assertThat(described.waiting()).isEqualTo(1);
            assertThat(described.holders()).singleElement().satisfies(holder -> {
                assertThat(holder.grant().base() << 10).isEqualTo(handle.token().value());
                assertThat(holder.session()).startsWith("worker-1-b1-");
                assertThat(holder.endsWithin()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30));
            });
        });
        assertThat(later.admin().list(LockResource.Kind.READ_WRITE)).hasSize(1);
        assertThat(later.admin().list(LockResource.Kind.SEMAPHORE)).isEmpty();
        handle.release();
        reader.release();
        waiting.join().release();
        assertThat(later.admin().list(LockResource.Kind.LOCK)).isEmpty();
        assertThat(later.admin().describe(locks.lock("a")).holders()).isEmpty();
    }

    @Test
    void aForcedReleaseRefusesRenewalsAndWaitsForTheLease() throws InterruptedException {
        LockHandle handle = locks.lock("a", SHORT).acquire();
        Holder holder = holder(locks.lock("a"));
        assertThat(other.admin().forceRelease(holder)).isTrue();
        assertThat(other.lock("a").tryAcquire()).isEmpty();
        Awaitility.await().until(() -> handle.state() == LockState.LOST);
        try (LockHandle next = other.lock("a").acquire()) {
            assertThat(next.token().value()).isGreaterThan(handle.token().value());
            assertThat(other.admin().forceRelease(holder)).isFalse();
            assertThat(other.admin().forceReleaseNow(holder)).isFalse();
        }
    }

    @Test
    void aForcedReleaseAtOnceFreesTheLockAndTheHolderLearnsOfIt() throws InterruptedException {
        LockHandle handle = locks.lock("a", SHORT).acquire();
        assertThat(other.admin().forceReleaseNow(holder(locks.lock("a")))).isTrue();
        assertThat(other.lock("a").tryAcquire()).isPresent();
        Awaitility.await().until(() -> handle.state() == LockState.LOST);
        assertThat(handle.release()).isEqualTo(ReleaseResult.ALREADY_LOST);
    }

    @Test
    void aBanEndsAllThatASessionHoldsAndNothingElse() throws InterruptedException {
        LockHandle first = locks.lock("a", SHORT).acquire();
        LockHandle second = locks.semaphore("b", 2, SHORT).acquire();
        LockHandle others = other.semaphore("b", 2, SHORT).acquire();
        String session = holder(locks.lock("a")).session();
        assertThat(other.admin().ban(session)).hasSize(2);
        Awaitility.await().until(() -> first.state() == LockState.LOST && second.state() == LockState.LOST);
        assertThat(others.verify()).isTrue();
    }

    @Test
    void aLaterStartTakesOverAtOnceBeforeThoseWhoWait() throws InterruptedException {
        LockHandle dead = locks.lock("a").acquire();
        CompletableFuture<LockHandle> waiting = other.lock("a").acquireAsync();
        Holder holder = holder(locks.lock("a"));
        LockHandle taken = later.admin().takeOver(later.lock("a"), holder).orElseThrow();
        assertThat(taken.token().value()).isGreaterThan(dead.token().value());
        assertThat(waiting).isNotDone();
        assertThat(dead.verify()).isFalse();
        assertThat(later.admin().takeOver(later.lock("a"), holder)).isEmpty();
        taken.release();
        assertThat(waiting.join().token().value()).isGreaterThan(taken.token().value());
    }

    @Test
    void nobodyTakesOverFromAnotherInstanceOrALaterStart() throws InterruptedException {
        LockHandle handle = later.lock("a").acquire();
        Holder holder = holder(locks.lock("a"));
        assertThatThrownBy(() -> locks.admin().takeOver(locks.lock("a"), holder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("holder must be an earlier start of this instance");
        assertThatThrownBy(() -> other.admin().takeOver(other.lock("a"), holder))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LockService.builder(backend).instance("a b"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(handle.release()).isEqualTo(ReleaseResult.RELEASED);
    }

    private Holder holder(DistributedLock lock) {
        return locks.admin().describe(lock).holders().get(0);
    }
}
