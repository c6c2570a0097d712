package dev.pawl.benchmarks.locks;

import dev.pawl.lock.zookeeper.ZooKeeperConnector;
import dev.pawl.lock.zookeeper.ZooKeeperLockBackend;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/** Locks in ZooKeeper; the address is a connect string. */
final class ZooKeeperLockers {

    private ZooKeeperLockers() {}

    static Locker raw(String address) throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper zooKeeper = new ZooKeeper(address, 30_000, event -> {
            if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        connected.await();
        try {
            zooKeeper.create("/raw", new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        } catch (KeeperException.NodeExistsException existsAlready) {
            // Of another client.
        }
        return Locker.of(
                name -> {
                    String node = zooKeeper.create(
                            "/raw/" + name + "-",
                            new byte[0],
                            ZooDefs.Ids.OPEN_ACL_UNSAFE,
                            CreateMode.EPHEMERAL_SEQUENTIAL);
                    return () -> zooKeeper.delete(node, -1);
                },
                zooKeeper);
    }

    static Locker pawl(String address) {
        return new Pawl(ZooKeeperLockBackend.of(ZooKeeperConnector.to(address), "/" + Pawl.NAMESPACE), () -> {});
    }

    static Locker curator(String address) {
        CuratorFramework client = CuratorFrameworkFactory.newClient(address, new ExponentialBackoffRetry(1000, 3));
        client.start();
        Map<String, InterProcessMutex> mutexes = new ConcurrentHashMap<>();
        return Locker.of(
                name -> {
                    InterProcessMutex mutex = mutexes.computeIfAbsent(
                            name, absent -> new InterProcessMutex(client, "/curator/" + absent));
                    mutex.acquire();
                    return mutex::release;
                },
                client);
    }
}
