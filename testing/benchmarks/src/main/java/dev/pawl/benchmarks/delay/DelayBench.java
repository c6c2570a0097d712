package dev.pawl.benchmarks.delay;

import dev.pawl.benchmarks.Report;
import dev.pawl.servers.RedisProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Enqueues and consumes delayed jobs with our queue, with the peers and with bare commands on the same Redis, in turn, and prints the ratio of
 * each round's neighbours. Each has a JVM of its own; all are connected all the time, and only the one measured is busy.
 */
public final class DelayBench {

    /** Redisson's queue walks over them for each job, and falls behind on a busy machine with 100,000. */
    static final int PEERS_WAIT = 20_000;

    private final boolean quick;
    private final Measurements measured = new Measurements();

    private DelayBench(boolean quick) {
        this.quick = quick;
    }

    /**
     * Runs everything.
     *
     * @param args the file that the page is written to, and perhaps {@code --quick}
     * @throws Exception if a server does not start, or jobs are lost
     */
    public static void main(String[] args) throws Exception {
        DelayBench bench = new DelayBench(List.of(args).contains("--quick"));
        bench.throughput();
        bench.fire();
        Report report = new DelayReport(bench.measured, bench.quick, bench.waiting()).write();
        report.write(Path.of(args[0]));
        System.out.print(report.terminal());
    }

    private int waiting() {
        return quick ? 100_000 : 1_000_000;
    }

    private void throughput() throws Exception {
        try (RedisProcess redis = RedisProcess.create()) {
            List<Scene> enqueues = List.of(Scene.ENQUEUE_ONE, Scene.ENQUEUE_EIGHT, Scene.ENQUEUE_BATCHES);
            Map<Peers, PeerProcess> open = open(redis, List.of(Peers.values()));
            warm(redis, open, enqueues, quick ? 2_500 : 5_000);
            rounds(redis, open, enqueues, quick ? 6 : 10, quick ? 500 : 1_200);
            warm(redis, open, List.of(Scene.BURST), 0);
            rounds(redis, open, List.of(Scene.BURST), quick ? 3 : 7, 0);
            close(open);
        }
    }

    private void fire() throws Exception {
        try (RedisProcess redis = RedisProcess.create()) {
            List<Scene> fires = List.of(Scene.FIRE_ONE, Scene.FIRE_EIGHT);
            Map<Peers, PeerProcess> open = open(redis, Scene.FIRE_ONE.peers);
            for (Map.Entry<Peers, PeerProcess> peer : open.entrySet()) {
                peer.getValue().fill(peer.getKey() == Peers.PAWL ? waiting() : PEERS_WAIT);
            }
            warm(redis, open, fires, 3_000);
            rounds(redis, open, fires, quick ? 3 : 7, quick ? 5_000 : 10_000);
            close(open);
        }
    }

    private static Map<Peers, PeerProcess> open(RedisProcess redis, List<Peers> peers) throws Exception {
        Map<Peers, PeerProcess> open = new EnumMap<>(Peers.class);
        for (Peers peer : peers) {
            open.put(peer, PeerProcess.start(peer, redis.port()));
        }
        return open;
    }

    private static void close(Map<Peers, PeerProcess> open) throws Exception {
        for (PeerProcess process : open.values()) {
            process.close();
        }
    }

    private static void warm(RedisProcess redis, Map<Peers, PeerProcess> open, List<Scene> scenes, long millis)
            throws Exception {
        for (Scene scene : scenes) {
            for (Peers peer : scene.peers) {
                once(redis, scene, open.get(peer), millis);
            }
        }
    }

    private void rounds(RedisProcess redis, Map<Peers, PeerProcess> open, List<Scene> scenes, int rounds, long millis)
            throws Exception {
        for (int round = 0; round < rounds; round++) {
            for (Scene scene : scenes) {
                List<Peers> order = new ArrayList<>(scene.peers);
                if (round % 2 == 1) {
                    Collections.reverse(order);
                }
                for (Peers peer : order) {
                    measured.add(scene, peer, once(redis, scene, open.get(peer), millis));
                }
            }
            System.err.println(scenes.get(0).heading + ": round " + (round + 1) + " of " + rounds + " done");
        }
    }

    private static Measurements.One once(RedisProcess redis, Scene scene, PeerProcess process, long millis)
            throws Exception {
        while (true) {
            if (!scene.fires()) {
                redis.flushAll();
            }
            Spent before = Spent.by(redis);
            Done done = process.run(scene, millis);
            if (done.isMeasured()) {
                return new Measurements.One(done, Spent.by(redis).minus(before));
            }
        }
    }
}
