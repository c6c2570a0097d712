package dev.pawl.servers;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Starts etcd with the first class that wants it, as {@link RedisExtension} does Redis. */
abstract class EtcdExtension extends RedisExtension<EtcdMembers> {

    private final int members;

    EtcdExtension(int members, Map<List<String>, EtcdMembers> made) {
        super(EtcdMembers.class, made);
        this.members = members;
    }

    @Override
    final EtcdMembers create(List<String> settings) throws Exception {
        return EtcdMembers.create(members);
    }

    @Override
    final void ensureRunning(EtcdMembers servers) throws Exception {
        servers.ensureRunning();
    }

    static final class OfServer extends EtcdExtension {

        private static final Map<List<String>, EtcdMembers> MADE = new ConcurrentHashMap<>();

        OfServer() {
            super(1, MADE);
        }
    }

    static final class OfCluster extends EtcdExtension {

        private static final Map<List<String>, EtcdMembers> MADE = new ConcurrentHashMap<>();

        OfCluster() {
            super(3, MADE);
        }
    }
}
