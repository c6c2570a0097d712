package dev.pawl.lock.zookeeper;

import dev.pawl.servers.ZooKeeperProcess;
import dev.pawl.servers.ZooKeeperServer;

/** One server. */
@ZooKeeperServer
final class ZooKeeperLockIT extends ZooKeeperLockContract {

    private final ZooKeeperProcess server;

    ZooKeeperLockIT(ZooKeeperProcess server) {
        this.server = server;
    }

    @Override
    String connectString() {
        return server.connectString();
    }
}
