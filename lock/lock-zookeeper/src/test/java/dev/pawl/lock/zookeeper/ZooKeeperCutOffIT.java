package dev.pawl.lock.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.lock.LockHandle;
import dev.pawl.lock.LockOptions;
import dev.pawl.lock.LockService;
import dev.pawl.servers.ZooKeeperEnsemble;
import dev.pawl.servers.ZooKeeperProcess;
import dev.pawl.servers.ZooKeeperServer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A follower that is cut off from its leader answers its clients for some ticks, as if their sessions lived; the leader ends them, and
 * gives their locks to others.
 */
@ZooKeeperServer
@Tag("slow")
final class ZooKeeperCutOffIT {

    private static final ZooKeeperLockOptions OPTIONS =
            ZooKeeperLockOptions.defaults().withSessionTimeout(Duration.ofSeconds(6));

    @Test
    void aHolderAtAFollowerThatIsCutOffLosesTheLockBeforeAnotherHasIt(ZooKeeperEnsemble servers) throws Exception {
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
                    .get(60, TimeUnit.SECONDS);
            assertThat(valid[0]).as("both hold").isFalse();
            assertThat(shown[0])
                    .as("the follower still shows the former holder's node")
                    .isTrue();
            assertThat(next.token().value()).isGreaterThan(handle.token().value());
            next.release();
        }
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
