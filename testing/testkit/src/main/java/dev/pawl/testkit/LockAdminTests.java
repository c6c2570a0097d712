package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.lock.DistributedLock;
import dev.pawl.lock.LockHandle;
import dev.pawl.lock.LockOptions;
import dev.pawl.lock.LockService;
import dev.pawl.lock.LockState;
import dev.pawl.lock.ReleaseResult;
import dev.pawl.lock.spi.LockBackend;
import dev.pawl.lock.spi.LockDescription;
import dev.pawl.lock.spi.LockDescription.Holder;
import dev.pawl.lock.spi.LockFeature;
import dev.pawl.lock.spi.LockGuarantees;
import dev.pawl.lock.spi.LockResource.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an administrator may do, where a store offers it. */
abstract class LockAdminTests extends LockPeerTests {

    private static final Duration BRIEF = Duration.ofSeconds(2);

    @Test
    final void whatIsHeldOrWaitedForIsListedAndDescribed() throws Exception {
        LockService mine = instance("worker-1");
        LockService other = service();
        LockHandle handle = mine.lock(name("a")).acquire();
        LockHandle shared = shared(mine, LockOptions.defaults()).acquire();
        CompletableFuture<LockHandle> waiting = other.lock(name("a")).acquireAsync();
        waits().await(
                        "somebody waits",
                        () -> described(other, mine.lock(name("a"))).waiting() == 1);
        LockDescription described = described(other, mine.lock(name("a")));
        assertThat(described.resource()).isEqualTo(handle.resource());
        assertThat(described.holders()).singleElement().satisfies(holder -> {
            assertThat(holder.grant().base() << 10).isEqualTo(handle.token().value());
            assertThat(holder.session()).startsWith("worker-1-b");
            assertThat(holder.endsWithin()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(31));
        });
        assertThat(listed(other, Kind.LOCK)).contains(described.resource().name());
        assertThat(listed(other, shared.resource().kind()))
                .contains(shared.resource().name())
                .doesNotContain(described.resource().name());
        handle.release();
        shared.release();
        Threads.await(waiting).release();
        assertThat(listed(other, Kind.LOCK)).doesNotContain(described.resource().name());
        assertThat(described(other, mine.lock(name("a"))).holders()).isEmpty();
    }

    @Test
    @Tag("slow")
    final void aForcedReleaseRefusesRenewalsAndWaitsForTheLease() throws Exception {
        LockService mine = described();
        LockService other = service();
        LockHandle handle = mine.lock(name("a"), held(BRIEF)).acquire();
        Holder holder = holder(other, mine.lock(name("a")));
        assertThat(other.admin().forceRelease(holder)).isTrue();
        assertThat(other.lock(name("a")).tryAcquire()).isEmpty();
        LockHandle next = other.lock(name("a")).acquire();
        assertThat(handle.state()).isEqualTo(LockState.LOST);
        assertThat(next.token().value()).isGreaterThan(handle.token().value());
        assertThat(other.admin().forceRelease(holder)).isFalse();
        assertThat(other.admin().forceReleaseNow(holder)).isFalse();
        assertThat(next.release()).isEqualTo(ReleaseResult.RELEASED);
    }

    @Test
    @Tag("slow")
    final void aForcedReleaseAtOnceFreesTheLockAndTheHolderLearnsOfIt() throws Exception {
        LockService mine = described();
        LockService other = service();
        LockHandle handle = mine.lock(name("a"), held(BRIEF)).acquire();
        assertThat(other.admin().forceReleaseNow(holder(other, mine.lock(name("a")))))
                .isTrue();
        LockHandle next = other.lock(name("a")).tryAcquire().orElseThrow();
        waits().await("the holder learns of it", () -> handle.state() == LockState.LOST);
        assertThat(handle.release()).isEqualTo(ReleaseResult.ALREADY_LOST);
        next.release();
    }

    @Test
    final void aBanEndsAllThatASessionHoldsAndNothingElse() throws Exception {
        LockService mine = instance("worker-1");
        LockService other = service();
        LockHandle first = mine.lock(name("a"), held(BRIEF)).acquire();
        LockHandle second = shared(mine, held(BRIEF)).acquire();
        LockHandle others = shared(other, held(BRIEF)).acquire();
        assertThat(other.admin().ban(holder(other, mine.lock(name("a"))).session()))
                .hasSize(2);
        waits().await("both are lost", () -> first.state() == LockState.LOST && second.state() == LockState.LOST);
        assertThat(others.verify()).isTrue();
        others.release();
    }

    @Test
    final void aLaterStartTakesOverAtOnceBeforeThoseWhoWait() throws Exception {
        LockService earlier = instance("worker-1");
        LockService later = instance("worker-1");
        LockService other = service();
        LockHandle dead = earlier.lock(name("a")).acquire();
        CompletableFuture<LockHandle> waiting = other.lock(name("a")).acquireAsync();
        waits().await(
                        "somebody waits",
                        () -> described(other, later.lock(name("a"))).waiting() == 1);
        Holder holder = holder(other, later.lock(name("a")));
        LockHandle taken = later.admin().takeOver(later.lock(name("a")), holder).orElseThrow();
        assertThat(taken.token().value()).isGreaterThan(dead.token().value());
        assertThat(waiting).isNotDone();
        assertThat(dead.verify()).isFalse();
        assertThat(later.admin().takeOver(later.lock(name("a")), holder)).isEmpty();
        taken.release();
        LockHandle next = Threads.await(waiting);
        assertThat(next.token().value()).isGreaterThan(taken.token().value());
        next.release();
    }

    @Test
    final void tokensRiseThroughTheQueueBehindATakeOver() throws Exception {
        LockService earlier = instance("worker-1");
        LockService later = instance("worker-1");
        LockHandle dead = earlier.lock(name("a")).acquire();
        CompletableFuture<LockHandle> before = service().lock(name("a")).acquireAsync();
        awaitWaiting(later, 1);
        LockHandle taken = later.admin()
                .takeOver(later.lock(name("a")), holder(later, later.lock(name("a"))))
                .orElseThrow();
        CompletableFuture<LockHandle> after = service().lock(name("a")).acquireAsync();
        awaitWaiting(later, 2);
        assertThat(taken.token().value()).isGreaterThan(dead.token().value());
        taken.release();
        LockHandle first = (LockHandle) Threads.await(CompletableFuture.anyOf(before, after));
        assertThat(first.token().value()).isGreaterThan(taken.token().value());
        CompletableFuture<LockHandle> last = before.isDone() && before.join() == first ? after : before;
        first.release();
        LockHandle second = Threads.await(last);
        assertThat(second.token().value()).isGreaterThan(first.token().value());
        second.release();
    }

    private void awaitWaiting(LockService by, int waiting) throws Exception {
        waits().await("so many wait", () -> described(by, by.lock(name("a"))).waiting() == waiting);
    }

    @Test
    @Tag("slow")
    final void whoIsRefusedAndReleasesLeavesNothingBehind() throws Exception {
        LockService mine = described();
        LockService other = service();
        LockHandle kept = mine.lock(name("b")).acquire();
        // Its tombstone lasts as long as its lease would have.
        LockHandle refused = mine.lock(name("a"), held(LEAST_TOMBSTONE)).acquire();
        assertThat(other.admin().forceRelease(holder(other, mine.lock(name("a")))))
                .isTrue();
        refused.release();
        try (LockHandle next = other.lock(name("a")).acquire()) {
            assertThat(next.token().value()).isGreaterThan(refused.token().value());
        }
        assertThat(kept.release()).isEqualTo(ReleaseResult.RELEASED);
    }

    @Test
    final void nobodyTakesOverFromAnotherInstanceOrALaterStart() throws Exception {
        LockService earlier = instance("worker-1");
        LockService later = instance("worker-1");
        LockService other = instance("worker-2");
        LockHandle handle = later.lock(name("a")).acquire();
        Holder holder = holder(other, later.lock(name("a")));
        for (LockService refused : List.of(earlier, other)) {
            assertThatThrownBy(() -> refused.admin().takeOver(refused.lock(name("a")), holder))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("holder must be an earlier start of this instance");
        }
        assertThat(handle.release()).isEqualTo(ReleaseResult.RELEASED);
    }

    @Test
    final void whatIsNotOfferedIsRefusedWithTheNameOfTheTable() throws Exception {
        LockBackend backend = backend();
        LockService service = service(backend);
        LockOptions options = LockOptions.defaults();
        Map<LockFeature, List<ThrowingCallable>> uses = Map.of(
                LockFeature.FAIR, List.of(() -> service.lock(name("a"), options.inOrder())),
                LockFeature.READ_WRITE, List.of(() -> service.readWriteLock(name("a"))),
                LockFeature.SEMAPHORE, List.of(() -> service.semaphore(name("a"), 2)),
                LockFeature.LOCK_DELAY, List.of(() -> service.lock(name("a"), options.withDelay(BRIEF))),
                LockFeature.DESCRIBE, List.of(service::admin),
                LockFeature.ADMIN,
                        List.of(
                                () -> listed(service, Kind.LOCK),
                                () -> service.admin().ban("a"),
                                () -> LockService.builder(backend).instance("a")));
        assertThat(uses).containsOnlyKeys(LockFeature.values());
        LockGuarantees offered = backend.guarantees();
        for (LockFeature feature : LockFeature.values()) {
            if (offered.features().contains(feature)) {
                continue;
            }
            for (ThrowingCallable use : uses.getOrDefault(feature, List.of())) {
                assertThatThrownBy(use)
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessageContaining("see the table of locks in docs/guarantees.md: feature=")
                        .hasMessageEndingWith("backend=" + offered.backend());
            }
        }
    }

    private LockService described() throws Exception {
        LockBackend backend = backend();
        assumeOffered(backend, LockFeature.DESCRIBE);
        return service(backend);
    }

    /** A lock of another kind: a reader's, or a permit where there are no readers. */
    private DistributedLock shared(LockService by, LockOptions options) {
        return by.guarantees().features().contains(LockFeature.READ_WRITE)
                ? by.readWriteLock(name("b"), options).readLock()
                : by.semaphore(name("b"), 2, options);
    }

    private LockService instance(String name) throws Exception {
        LockBackend backend = backend();
        assumeTrue(backend.guarantees().features().contains(LockFeature.ADMIN));
        return service(LockService.builder(backend).instance(name).build());
    }

    private static LockDescription described(LockService by, DistributedLock lock) {
        return by.admin().describe(lock);
    }

    private static Holder holder(LockService by, DistributedLock lock) {
        return described(by, lock).holders().get(0);
    }

    private static List<String> listed(LockService by, Kind kind) {
        return by.admin().list(kind).stream()
                .map(description -> description.resource().name())
                .toList();
    }
}
