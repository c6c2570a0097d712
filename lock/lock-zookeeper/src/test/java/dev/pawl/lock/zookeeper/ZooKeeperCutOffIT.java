package dev.pawl.lock.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.lock.LockHandle;
import dev.pawl.lock.LockOptions;
import dev.pawl.lock.LockService;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.servers.CuttingProxy;
import dev.pawl.servers.ZooKeeperEnsemble;
import dev.pawl.servers.ZooKeeperProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A follower that is cut off from its leader answers its clients for some ticks, as if their sessions lived; the leader ends them, and
 * gives their locks to others.
 */
@Tag("slow")
final class ZooKeeperCutOffIT {

    private static final ZooKeeperLockOptions OPTIONS =
            ZooKeeperLockOptions.defaults().withSessionTimeout(Duration.ofSeconds(6));

    private static ZooKeeperEnsemble servers;

    /** A leader waits for a follower that is silent for as many ticks, and a follower for its leader: for longer than a test needs. */
    @BeforeAll
    static void start() throws Exception {
        servers = ZooKeeperEnsemble.create(Map.of(), "syncLimit=60");
    }

    @AfterAll
    static void end() throws IOException {
        servers.close();
    }

    @AfterEach
    void runAgain() throws Exception {
        servers.ensureRunning();
    }

    @Test
    void aHolderAtAFollowerThatIsCutOffLosesTheLockBeforeAnotherHasIt() throws Exception {
        ZooKeeperProcess cut = servers.follower();
        String namespace = servers.newPath();
        try (Client mine = new Client(cut.connectString(), namespace, OPTIONS, 2_000_000_000);
                Client theirs = new Client(servers.leader().connectString(), namespace, OPTIONS, 2_000_000_000);
                ZooKeeper looking = new ZooKeeper(cut.connectString(), 30_000, event -> {});
                LockService here = LockService.of(mine.backend);
                LockService there = LockService.of(theirs.backend)) {
            LockOptions lease = LockOptions.defaults().withLease(OPTIONS.greatestLease());
            LockHandle handle = here.lock("a", lease).acquire();
            String node = namespace + "/lock/a/"
                    + looking.getChildren(namespace + "/lock/a", false).get(0);
            servers.cutOff(cut);
            boolean[] shown = new boolean[1];
            boolean[] valid = new boolean[1];
            LockHandle next = there.lock("a", lease)
                    .acquireAsync()
                    .thenApply(granted -> {
                        valid[0] = handle.remaining().compareTo(Duration.ZERO) > 0;
                        shown[0] = shows(looking, node);
                        return granted;
                    })
                    .get(90, TimeUnit.SECONDS);
            assertThat(valid[0]).as("both hold").isFalse();
            assertThat(shown[0])
                    .as("the follower still shows the former holder's node")
                    .isTrue();
            assertThat(next.token().value()).isGreaterThan(handle.token().value());
            next.release();
        }
    }

    /**
     * The leader itself answers reads, and even {@code sync}, until it counts its followers, while these have begun anew with another
     * leader.
     */
    @Test
    void aHolderAtALeaderThatIsCutOffWhileItsFollowersRestartLosesTheLockBeforeAnotherHasIt() throws Exception {
        ZooKeeperProcess cut = servers.leader();
        String others = servers.others(cut).stream()
                .map(ZooKeeperProcess::connectString)
                .collect(Collectors.joining(","));
        String namespace = servers.newPath();
        try (Client mine = new Client(cut.connectString(), namespace, OPTIONS, 2_000_000_000);
                Client theirs = new Client(others, namespace, OPTIONS, 2_000_000_000);
                ZooKeeper looking = new ZooKeeper(cut.connectString(), 30_000, event -> {});
                LockService here = LockService.of(mine.backend);
                LockService there = LockService.of(theirs.backend)) {
            LockOptions lease = LockOptions.defaults().withLease(OPTIONS.greatestLease());
            LockHandle handle = here.lock("a", lease).acquire();
            String node = namespace + "/lock/a/"
                    + looking.getChildren(namespace + "/lock/a", false).get(0);
            servers.cutOff(cut);
            servers.restartOthers(cut);
            boolean[] shown = new boolean[1];
            boolean[] valid = new boolean[1];
            LockHandle next = there.lock("a", lease)
                    .acquireAsync()
                    .thenApply(granted -> {
                        valid[0] = handle.remaining().compareTo(Duration.ZERO) > 0;
                        shown[0] = shows(looking, node);
                        return granted;
                    })
                    .get(90, TimeUnit.SECONDS);
            assertThat(valid[0]).as("both hold").isFalse();
            assertThat(shown[0])
                    .as("the former leader still shows the former holder's node")
                    .isTrue();
            assertThat(next.token().value()).isGreaterThan(handle.token().value());
            next.release();
        }
    }

    /**
     * A create that the leader has proposed, and that is not committed when its client has come back at another follower: that one shows
     * no node, and who made a second one would wait behind a first one of which nobody knows.
     */
    @Test
    void aCreateThatIsCommittedAfterTheReconnectIsFound() throws Exception {
        ZooKeeperProcess leader = servers.leader();
        ZooKeeperProcess first = servers.others(leader).get(0);
        ZooKeeperProcess second = servers.others(leader).get(1);
        LockResource lock = new LockResource(LockResource.Kind.LOCK, "a");
        String namespace = servers.newPath();
        String parent = namespace + "/lock/a";
        try (CuttingProxy proxy = CuttingProxy.to("127.0.0.1", first.port());
                Client client = new Client("127.0.0.1:" + proxy.port(), namespace);
                ZooKeeper looking = new ZooKeeper(second.connectString(), 30_000, event -> {})) {
            client.release(client.granted(lock, "warm-1"));
            await().ignoreExceptions()
                    .until(() -> looking.getChildren(parent, false).isEmpty());
            long proposals = number(leader, "zk_proposal_count");
            servers.holdLeader(leader, first, true);
            servers.holdLeader(leader, second, true);
            CompletableFuture<AcquireAnswer> asked =
                    client.asking(lock, "lost-1", true).toCompletableFuture();
            await().until(() -> number(leader, "zk_proposal_count") > proposals);
            servers.holdFollower(leader, first, true);
            long moved = number(leader, "zk_revalidate_count");
            proxy.retarget(second.port());
            await().until(asked::isCompletedExceptionally);
            await().until(() -> number(leader, "zk_revalidate_count") > moved);
            servers.holdFollower(leader, second, true);
            servers.holdLeader(leader, second, false);
            await().until(() -> client.connections.get() == 2);
            assertThat(looking.getChildren(parent, false))
                    .as("not committed yet")
                    .isEmpty();
            CompletableFuture<AcquireAnswer> found =
                    client.asking(lock, "lost-1", true).toCompletableFuture();
            await().until(() -> number(second, "zk_outstanding_requests") > 0);
            letPass(servers, leader);
            assertThat(Client.answer(found)).isInstanceOf(AcquireAnswer.Granted.class);
            assertThat(looking.getChildren(parent, false)).as("one node").hasSize(1);
            client.release(new Grant(lock, Client.TERMS.mode(), "lost-1", 0));
        } finally {
            letPass(servers, leader);
        }
    }

    private static void letPass(ZooKeeperEnsemble servers, ZooKeeperProcess leader) {
        for (ZooKeeperProcess follower : servers.others(leader)) {
            servers.holdLeader(leader, follower, false);
            servers.holdFollower(leader, follower, false);
        }
    }

    private static long number(ZooKeeperProcess server, String name) throws IOException {
        return server.ask("mntr")
                .lines()
                .filter(line -> line.startsWith(name + "\t"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf('\t') + 1)))
                .findFirst()
                .orElseThrow();
    }

    private static boolean shows(ZooKeeper handle, String node) {
        try {
            return handle.exists(node, false) != null;
        } catch (KeeperException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
