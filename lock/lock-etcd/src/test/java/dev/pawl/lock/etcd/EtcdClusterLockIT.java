package dev.pawl.lock.etcd;

import dev.pawl.etcd.Etcd;
import dev.pawl.etcd.EtcdOptions;
import dev.pawl.servers.EtcdCluster;
import dev.pawl.servers.EtcdMembers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** An etcd of three members, each asked in turn. */
@Tag("slow")
@EtcdCluster
@ResourceLock(value = "members of etcd", mode = ResourceAccessMode.READ)
final class EtcdClusterLockIT extends EtcdLockContract {

    private static Etcd etcd;

    @BeforeAll
    static void connect(EtcdMembers members) {
        etcd = Etcd.connect(EtcdOptions.of(members.endpoints().toArray(String[]::new)));
        warmUp(etcd);
    }

    @AfterAll
    static void close() {
        etcd.close();
    }

    @Override
    Etcd etcd() {
        return etcd;
    }
}
