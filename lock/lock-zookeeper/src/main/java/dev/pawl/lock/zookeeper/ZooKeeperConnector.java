package dev.pawl.lock.zookeeper;

import java.io.IOException;
import java.util.Objects;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;

/**
 * Makes handles of ZooKeeper, each with a session of its own. Servers, TLS, credentials and a chroot are its own affair: give
 * credentials by {@link ZooKeeper#addAuthInfo} before the handle is returned.
 */
@FunctionalInterface
public interface ZooKeeperConnector {

    /**
     * Makes a handle and does not wait until it is connected.
     *
     * @param sessionTimeoutMillis the session timeout to ask for
     * @param watcher the default watcher, which must be told of the session's events
     * @return a handle that nobody else uses; whoever asked closes it
     * @throws IOException if it cannot be made
     */
    ZooKeeper connect(int sessionTimeoutMillis, Watcher watcher) throws IOException;

    /**
     * Returns a connector that needs no more than servers.
     *
     * @param connectString hosts and ports, perhaps with a chroot, as {@code a:2181,b:2181/pawl}
     * @return the connector
     */
    static ZooKeeperConnector to(String connectString) {
        Objects.requireNonNull(connectString, "connectString");
        return (sessionTimeoutMillis, watcher) -> new ZooKeeper(connectString, sessionTimeoutMillis, watcher);
    }
}
