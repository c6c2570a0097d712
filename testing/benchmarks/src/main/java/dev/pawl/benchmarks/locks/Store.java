package dev.pawl.benchmarks.locks;

import dev.pawl.lock.redis.RedLockBackend;
import dev.pawl.servers.EtcdMembers;
import dev.pawl.servers.EtcdProcess;
import dev.pawl.servers.PostgresServer;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.ZooKeeperProcess;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where locks are kept. */
enum Store {
    REDIS {
        @Override
        Servers start() throws Exception {
            RedisProcess redis = RedisProcess.create();
            return new Servers(address(Stream.of(redis)), () -> Spent.of(List.of(redis)), redis);
        }
    },
    REDLOCK {
        @Override
        Servers start() throws Exception {
            List<RedisProcess> masters = List.of(RedisProcess.create(), RedisProcess.create(), RedisProcess.create());
            String address = address(masters.stream());
            try (RedLockLockers.Nodes nodes = new RedLockLockers.Nodes(address)) {
                RedLockBackend.of(nodes.redis(), Pawl.NAMESPACE).admission().bootstrap();
            }
            return new Servers(address, () -> Spent.of(masters), () -> masters.forEach(RedisProcess::close));
        }
    },
    ZOOKEEPER {
        @Override
        Servers start() throws Exception {
            ZooKeeperProcess zooKeeper = ZooKeeperProcess.createToMeasure();
            return new Servers(zooKeeper.connectString(), () -> Spent.of(zooKeeper), zooKeeper);
        }
    },
    ETCD {
        @Override
        Servers start() throws Exception {
            EtcdMembers etcd = EtcdMembers.create(1);
            return new Servers(
                    etcd.endpoints().get(0), () -> Spent.of(etcd.members().get(0)), etcd);
        }
    },
    SQL {
        @Override
        Servers start() throws Exception {
            PostgresServer postgres = PostgresServer.open(List.of());
            return new Servers(postgres.url(), () -> Spent.of(postgres), () -> {});
        }
    };

    private static final Pattern REVISION = Pattern.compile("\"revision\":\"(\\d+)\"");

    /** What clients of a store connect to, and what it costs. */
    static class Servers implements AutoCloseable {
        private final String address;
        private final Spending spending;
        private final AutoCloseable end;

        Servers(String address, Spending spending, AutoCloseable end) {
            this.address = address;
            this.spending = spending;
            this.end = end;
        }

        String address() {
            return address;
        }

        Spent spent() throws Exception {
            return spending.soFar();
        }

        /** Does what an operator has the servers do from time to time. */
        void tidy() throws Exception {}

        @Override
        public void close() throws Exception {
            end.close();
        }
    }

    /** Tells what servers have spent so far. */
    interface Spending {
        Spent soFar() throws Exception;
    }

    /** Starts the servers of this store. */
    abstract Servers start() throws Exception;

    /** Until then etcd walks over the keys that were deleted. */
    private static void compact(EtcdProcess etcd) throws IOException {
        Matcher revision = REVISION.matcher(etcd.ask("/v3/kv/range", "{\"key\":\"AA==\"}"));
        if (!revision.find()) {
            throw new IOException("etcd must tell its revision");
        }
        etcd.ask("/v3/kv/compaction", "{\"revision\":\"" + revision.group(1) + "\",\"physical\":true}");
    }

    private static String address(Stream<RedisProcess> servers) {
        return servers.map(server -> Integer.toString(server.port())).collect(Collectors.joining(","));
    }
}
