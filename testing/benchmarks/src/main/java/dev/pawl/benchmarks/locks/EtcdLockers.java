package dev.pawl.benchmarks.locks;

import com.google.protobuf.ByteString;
import dev.pawl.etcd.Etcd;
import dev.pawl.etcd.EtcdOptions;
import dev.pawl.lock.etcd.EtcdLockBackend;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.PutRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Locks in etcd; the address is an endpoint. */
final class EtcdLockers {

    private static final long TTL_SECONDS = 30;

    private EtcdLockers() {}

    /** A run ends with the first call that is not answered in time, also on a machine that is busy otherwise. */
    private static Etcd connect(String address) {
        return Etcd.connect(EtcdOptions.of(address).withTimeout(Duration.ofSeconds(10)));
    }

    /** On our connection, which is quicker than jetcd's. */
    static Locker raw(String address) {
        Etcd etcd = connect(address);
        return Locker.of(
                name -> {
                    ByteString key = ByteString.copyFromUtf8("raw/" + name);
                    etcd.call(
                                    KVGrpc.getPutMethod(),
                                    PutRequest.newBuilder()
                                            .setKey(key)
                                            .setValue(ByteString.copyFromUtf8("held"))
                                            .build())
                            .join();
                    return () -> {
                        long deleted = etcd.call(
                                        KVGrpc.getDeleteRangeMethod(),
                                        DeleteRangeRequest.newBuilder()
                                                .setKey(key)
                                                .build())
                                .join()
                                .getDeleted();
                        if (deleted != 1) {
                            throw new IllegalStateException("lock must be held: name=" + name);
                        }
                    };
                },
                etcd);
    }

    static Locker pawl(String address) {
        Etcd etcd = connect(address);
        return new Pawl(EtcdLockBackend.of(etcd, Pawl.NAMESPACE), etcd::close);
    }

    /** Each holder has a lease of its own: jetcd identifies a holder by it, so two threads with one lease hold a lock at once. */
    static Locker jetcd(String address) {
        Client client = Client.builder().endpoints("http://" + address).build();
        return Locker.of(
                name -> {
                    long lease =
                            client.getLeaseClient().grant(TTL_SECONDS).get().getID();
                    ByteSequence key = client.getLockClient()
                            .lock(ByteSequence.from("jetcd/" + name, StandardCharsets.UTF_8), lease)
                            .get()
                            .getKey();
                    return () -> {
                        client.getLockClient().unlock(key).get();
                        client.getLeaseClient().revoke(lease).get();
                    };
                },
                client);
    }
}
