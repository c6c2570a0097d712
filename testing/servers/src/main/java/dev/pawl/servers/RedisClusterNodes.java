package dev.pawl.servers;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A Redis Cluster of three masters on loopback, without replicas; it ends with this JVM. For use by one thread. */
public final class RedisClusterNodes implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SLOTS = 16_384;
    private static final int MASTERS = 3;

    private final List<RedisProcess> nodes = new ArrayList<>();

    private RedisClusterNodes() {}

    /**
     * Starts the masters, gives each a third of the slots, and waits until all of them take writes.
     *
     * @return the cluster
     * @throws IOException if one does not start
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public static RedisClusterNodes create() throws IOException, InterruptedException {
        RedisClusterNodes made = new RedisClusterNodes();
        for (int i = 0; i < MASTERS; i++) {
            RedisProcess node = RedisProcess.create(
                    "cluster-enabled yes",
                    "cluster-node-timeout 1000",
                    "cluster-require-full-coverage no",
                    "cluster-port " + Ports.free());
            made.nodes.add(node);
            node.ask(
                    "CLUSTER",
                    "ADDSLOTSRANGE",
                    Integer.toString(SLOTS * i / MASTERS),
                    Integer.toString(SLOTS * (i + 1) / MASTERS - 1));
            node.ask("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
        }
        for (RedisProcess node : made.nodes.subList(1, MASTERS)) {
            String bus = String.valueOf(made.nodes.get(0).ask("CONFIG", "GET", "cluster-port"))
                    .replaceAll("\\D+", "");
            node.ask(
                    "CLUSTER",
                    "MEET",
                    "127.0.0.1",
                    Integer.toString(made.nodes.get(0).port()),
                    bus);
        }
        made.awaitAll();
        return made;
    }

    /**
     * Returns the masters.
     *
     * @return three processes, in the order of their first slots
     */
    public List<RedisProcess> masters() {
        return List.copyOf(nodes);
    }

    /**
     * Returns the slot of a key.
     *
     * @param key the key
     * @return 0 to 16383
     * @throws IOException if the first master does not answer
     */
    public int slot(String key) throws IOException {
        return Math.toIntExact((Long) Objects.requireNonNull(nodes.get(0).ask("CLUSTER", "KEYSLOT", key)));
    }

    /**
     * Returns the master that has a key's slot, as the first master sees it.
     *
     * @param key the key
     * @return the process
     * @throws IOException if the first master does not answer
     */
    public RedisProcess masterOf(String key) throws IOException {
        long slot = slot(key);
        List<?> ranges = (List<?>) Objects.requireNonNull(nodes.get(0).ask("CLUSTER", "SLOTS"));
        for (Object entry : ranges) {
            List<?> range = (List<?>) entry;
            if ((Long) range.get(0) <= slot && slot <= (Long) range.get(1)) {
                Object port = ((List<?>) range.get(2)).get(1);
                return nodes.stream()
                        .filter(n -> port.equals((long) n.port()))
                        .findFirst()
                        .orElseThrow();
            }
        }
        throw new IOException("no master has slot " + slot);
    }

    /**
     * Begins to move a slot: keys that are not at its master any more are asked for at the target.
     *
     * @param slot the slot
     * @param from its master
     * @param to the target
     * @throws IOException if one of both refuses
     */
    public void beginMove(int slot, RedisProcess from, RedisProcess to) throws IOException {
        to.ask("CLUSTER", "SETSLOT", Integer.toString(slot), "IMPORTING", id(from));
        from.ask("CLUSTER", "SETSLOT", Integer.toString(slot), "MIGRATING", id(to));
    }

    /**
     * Moves the keys of a slot whose move has begun.
     *
     * @param slot the slot
     * @param from its master
     * @param to the target
     * @throws IOException if one of both refuses
     */
    public void moveKeys(int slot, RedisProcess from, RedisProcess to) throws IOException {
        List<?> keys =
                (List<?>) Objects.requireNonNull(from.ask("CLUSTER", "GETKEYSINSLOT", Integer.toString(slot), "1000"));
        for (Object key : keys) {
            from.ask("MIGRATE", "127.0.0.1", Integer.toString(to.port()), (String) key, "0", "5000");
        }
    }

    /**
     * Ends the move of a slot: every master knows the target as its master.
     *
     * @param slot the slot
     * @param to the target
     * @throws IOException if one refuses
     */
    public void endMove(int slot, RedisProcess to) throws IOException {
        String id = id(to);
        to.ask("CLUSTER", "SETSLOT", Integer.toString(slot), "NODE", id);
        for (RedisProcess node : nodes) {
            node.ask("CLUSTER", "SETSLOT", Integer.toString(slot), "NODE", id);
        }
    }

    /** Kills all of it. */
    @Override
    public void close() {
        nodes.forEach(RedisProcess::close);
    }

    /**
     * Lets all masters run again, paused or ended as they may be, and waits until they take writes.
     *
     * @throws IOException if they do not
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void ensureRunning() throws IOException, InterruptedException {
        for (RedisProcess node : nodes) {
            node.ensureRunning();
        }
        awaitAll();
    }

    private void awaitAll() throws IOException, InterruptedException {
        Commands.waitUntil(PATIENCE, () -> {
            for (RedisProcess node : nodes) {
                String info = String.valueOf(node.ask("CLUSTER", "INFO"));
                if (!info.contains("cluster_state:ok")
                        || !info.contains("cluster_slots_ok:" + SLOTS)
                        || !info.contains("cluster_size:" + MASTERS)) {
                    return false;
                }
            }
            return true;
        });
    }

    private static String id(RedisProcess node) throws IOException {
        return String.valueOf(node.ask("CLUSTER", "MYID"));
    }
}
