package dev.pawl.lock.zookeeper;

import dev.pawl.servers.ZooKeeperEnsemble;
import dev.pawl.servers.ZooKeeperServer;
import org.junit.jupiter.api.Tag;

/** Three servers, over which the clients are spread. */
@ZooKeeperServer
@Tag("slow")
final class ZooKeeperEnsembleLockIT extends ZooKeeperLockContract {

    private final ZooKeeperEnsemble servers;

    ZooKeeperEnsembleLockIT(ZooKeeperEnsemble servers) {
        this.servers = servers;
    }

    @Override
    String connectString() {
        return servers.connectString();
    }
}
