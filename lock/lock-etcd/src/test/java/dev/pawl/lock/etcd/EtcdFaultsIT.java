package dev.pawl.lock.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.Ticker;
import dev.pawl.etcd.Etcd;
import dev.pawl.etcd.EtcdOptions;
import dev.pawl.lock.LockHandle;
import dev.pawl.lock.LockOptions;
import dev.pawl.lock.LockService;
import dev.pawl.lock.LockState;
import dev.pawl.servers.Commands;
import dev.pawl.servers.EtcdCluster;
import dev.pawl.servers.EtcdMembers;
import dev.pawl.servers.EtcdProcess;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Three members, of which one is moved, killed or stopped under a holder. */
@Tag("slow")
@EtcdCluster
@ResourceLock(value = "members of etcd", mode = ResourceAccessMode.READ_WRITE)
@Execution(ExecutionMode.SAME_THREAD)
final class EtcdFaultsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LEASE = Duration.ofSeconds(8);
    private static final LockOptions LEASED = LockOptions.defaults().withLease(LEASE);

    private final EtcdMembers members;
    private final String namespace = "faults-" + UUID.randomUUID();
    private final Etcd etcd;
    private final Etcd others;

    EtcdFaultsIT(EtcdMembers members) {
        this.members = members;
        etcd = connect();
        others = connect();
    }

    private Etcd connect() {
        return Etcd.connect(
                EtcdOptions.of(members.endpoints().toArray(String[]::new)).withTimeout(Duration.ofSeconds(1)));
    }

    @AfterEach
    void close() throws Exception {
        etcd.close();
        others.close();
        members.ensureRunning();
    }

    @Test
    void aHolderKeepsItsLockWhileTheLeaderMoves() throws Exception {
        try (LockService mine = LockService.of(EtcdLockBackend.of(etcd, namespace));
                LockService other = LockService.of(EtcdLockBackend.of(others, namespace))) {
            LockHandle handle = mine.lock("a", LEASED).acquire();
            CompletableFuture<LockHandle> waiting = other.lock("a", LEASED).acquireAsync();
            for (int i = 0; i < 3; i++) {
                members.moveLeader();
                letPass(LEASE.dividedBy(2));
                assertThat(handle.state()).isNotEqualTo(LockState.LOST);
                assertThat(waiting).isNotDone();
            }
            handle.release();
            LockHandle next = waiting.get(20, TimeUnit.SECONDS);
            assertThat(next.token().value()).isGreaterThan(handle.token().value());
            next.release();
        }
    }

    @Test
    void aHolderKeepsItsLockWhileTheLeaderIsKilled() throws Exception {
        try (LockService mine = LockService.of(EtcdLockBackend.of(etcd, namespace));
                LockService other = LockService.of(EtcdLockBackend.of(others, namespace))) {
            LockHandle handle = mine.lock("a", LEASED).acquire();
            CompletableFuture<LockHandle> waiting = other.lock("a", LEASED).acquireAsync();
            EtcdProcess leader = members.leader();
            leader.kill();
            letPass(LEASE.plusSeconds(1));
            assertThat(handle.state()).isNotEqualTo(LockState.LOST);
            assertThat(waiting).isNotDone();
            handle.release();
            waiting.get(20, TimeUnit.SECONDS).release();
        }
    }

    @Test
    void aHolderWithoutAMajorityLosesItsLockBeforeAnotherHasIt() throws Exception {
        try (LockService mine = LockService.of(EtcdLockBackend.of(etcd, namespace));
                LockService other = LockService.of(EtcdLockBackend.of(others, namespace))) {
            LockHandle handle = mine.lock("a", LEASED).acquire();
            CompletableFuture<LockHandle> waiting = other.lock("a", LEASED).acquireAsync();
            members.members().get(0).pause();
            members.members().get(1).pause();
            Commands.waitUntil(PATIENCE, () -> handle.state() == LockState.LOST);
            assertThat(waiting).isNotDone();
            members.ensureRunning();
            LockHandle next = waiting.get(60, TimeUnit.SECONDS);
            assertThat(next.token().value()).isGreaterThan(handle.token().value());
            next.release();
        }
    }

    @Test
    void theLockOfADeadHolderIsFreeSoonAfterItsLease() throws Exception {
        try (LockService other = LockService.of(EtcdLockBackend.of(others, namespace))) {
            LockService dead = LockService.of(EtcdLockBackend.of(etcd, namespace));
            long acquiredBy = Ticker.system().nanos();
            dead.lock("a", LEASED).acquire();
            etcd.close();
            dead.close();
            LockHandle next = other.lock("a", LEASED).acquire();
            Duration free = Duration.ofNanos(Ticker.system().nanos() - acquiredBy);
            assertThat(free).isBetween(LEASE.minusMillis(100), LEASE.plusSeconds(8));
            next.release();
        }
    }

    private static void letPass(Duration time) throws Exception {
        long begun = Ticker.system().nanos();
        Commands.waitUntil(PATIENCE, () -> Ticker.system().nanos() - begun >= time.toNanos());
    }
}
