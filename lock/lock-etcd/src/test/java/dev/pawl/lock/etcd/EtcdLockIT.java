package dev.pawl.lock.etcd;

import dev.pawl.etcd.Etcd;
import dev.pawl.etcd.EtcdOptions;
import dev.pawl.servers.EtcdMembers;
import dev.pawl.servers.EtcdServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** One etcd. */
@EtcdServer
final class EtcdLockIT extends EtcdLockContract {

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
