package dev.pawl.servers;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A Redis with one replica, watched by three Sentinels; it ends with this JVM. For use by one thread. */
public final class RedisSentinels implements AutoCloseable {

    /** What the Sentinels call the master. */
    public static final String MASTER = "pawl";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SENTINELS = 3;

    /** With less, a machine under load has one fail-over after the other. */
    private static final int DOWN_AFTER_MILLIS = 1500;

    private final List<RedisProcess> servers = new ArrayList<>();
    private final List<RedisProcess> sentinels = new ArrayList<>();

    private RedisSentinels() {}

    /**
     * Starts master, replica and Sentinels, and waits until they know each other.
     *
     * @param settings directives of redis.conf for master and replica, as {@code name value}
     * @return all of them
     * @throws IOException if one does not start
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public static RedisSentinels create(String... settings) throws IOException, InterruptedException {
        RedisSentinels made = new RedisSentinels();
        RedisProcess master = RedisProcess.create(settings);
        made.servers.add(master);
        List<String> ofReplica = new ArrayList<>(List.of(settings));
        ofReplica.add("replicaof 127.0.0.1 " + master.port());
        ofReplica.add("repl-diskless-sync-delay 0");
        made.servers.add(RedisProcess.create(ofReplica.toArray(String[]::new)));
        for (int i = 0; i < SENTINELS; i++) {
            made.sentinels.add(RedisProcess.sentinel(List.of(
                    "sentinel monitor " + MASTER + " 127.0.0.1 " + master.port() + " 2",
                    "sentinel down-after-milliseconds " + MASTER + " " + DOWN_AFTER_MILLIS,
                    "sentinel failover-timeout " + MASTER + " 3000")));
        }
        made.awaitAll();
        return made;
    }

    /**
     * Returns the master, as the first Sentinel sees it.
     *
     * @return the process
     * @throws IOException if the Sentinel does not answer
     */
    public RedisProcess master() throws IOException {
        return byPort(portOfMaster(sentinels.get(0)));
    }

    /**
     * Returns the server that is not the master.
     *
     * @return the process
     * @throws IOException if the first Sentinel does not answer
     */
    public RedisProcess replica() throws IOException {
        RedisProcess master = master();
        return servers.get(servers.get(0) == master ? 1 : 0);
    }

    /**
     * Returns the ports of the Sentinels.
     *
     * @return three ports on loopback
     */
    public List<Integer> sentinelPorts() {
        return sentinels.stream().map(RedisProcess::port).toList();
    }

    /**
     * Lets the Sentinels promote the replica while the master is well, and waits until they have changed places.
     *
     * @throws IOException if they do not
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void failOver() throws IOException, InterruptedException {
        RedisProcess before = master();
        // A Sentinel refuses while it has not seen the other server as a good replica again.
        Commands.waitUntil(PATIENCE, () -> {
            try {
                sentinels.get(0).ask("SENTINEL", "FAILOVER", MASTER);
                return true;
            } catch (IOException e) {
                return false;
            }
        });
        awaitOtherMasterThan(before);
        follow();
    }

    /**
     * Waits until the Sentinels have made another server the master, and it says so itself.
     *
     * @param before who was the master
     * @throws IOException if they do not within 30 s
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void awaitOtherMasterThan(RedisProcess before) throws IOException, InterruptedException {
        Commands.waitUntil(PATIENCE, () -> {
            for (RedisProcess sentinel : sentinels) {
                if (portOfMaster(sentinel) == before.port()) {
                    return false;
                }
            }
            return "master".equals(role(master()));
        });
    }

    /** Kills all of it. */
    @Override
    public void close() {
        sentinels.forEach(RedisProcess::close);
        servers.forEach(RedisProcess::close);
    }

    /**
     * Lets master, replica and Sentinels run again, paused or ended as they may be, and waits until they know each other.
     *
     * @throws IOException if they do not
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void ensureRunning() throws IOException, InterruptedException {
        for (RedisProcess process : servers) {
            process.ensureRunning();
        }
        for (RedisProcess process : sentinels) {
            process.ensureRunning();
        }
        follow();
    }

    /** Makes the other server a replica of the master, as the Sentinels do after 10 s or so. */
    private void follow() throws IOException, InterruptedException {
        RedisProcess master = master();
        replica().ask("REPLICAOF", "127.0.0.1", Integer.toString(master.port()));
        awaitAll();
    }

    private void awaitAll() throws IOException, InterruptedException {
        Commands.waitUntil(PATIENCE, () -> {
            for (RedisProcess sentinel : sentinels) {
                String master = String.valueOf(sentinel.ask("INFO", "sentinel"));
                if (portOfMaster(sentinel) != master().port()
                        || !master.contains("status=ok")
                        || !master.contains("slaves=1,sentinels=" + SENTINELS)) {
                    return false;
                }
            }
            String replica = String.valueOf(replica().ask("INFO", "replication"));
            return "master".equals(role(master()))
                    && replica.contains("master_port:" + master().port() + "\r")
                    && replica.contains("master_link_status:up");
        });
    }

    private RedisProcess byPort(int port) {
        return servers.stream().filter(s -> s.port() == port).findFirst().orElseThrow();
    }

    private static int portOfMaster(RedisProcess sentinel) throws IOException {
        List<?> address = (List<?>) Objects.requireNonNull(sentinel.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER));
        return Integer.parseInt((String) Objects.requireNonNull(address.get(1)));
    }

    private static Object role(RedisProcess server) throws IOException {
        return Objects.requireNonNull(((List<?>) Objects.requireNonNull(server.ask("ROLE"))).get(0));
    }
}
