package dev.pawl.benchmarks.locks;

import dev.pawl.benchmarks.Report;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Acquires and releases locks of ours, of the peers and by bare commands on the same servers, store by store, in turn, and prints the
 * ratio of each round's neighbours. Each has a JVM of its own; all of a store are connected all the time, and only the one measured is
 * busy.
 */
public final class LocksBench {

    private static final String ONLY = "--only=";

    private final boolean quick;
    private final Measurements measured = new Measurements();

    private LocksBench(boolean quick) {
        this.quick = quick;
    }

    /**
     * Runs everything, or the stores that are named.
     *
     * @param args the file that the page is written to, and perhaps {@code --quick} and {@code --only=redis,redlock,zookeeper,etcd,sql}
     * @throws Exception if a server does not start, or a lock does not lock
     */
    public static void main(String[] args) throws Exception {
        boolean quick = List.of(args).contains("--quick");
        List<Store> stores = Arrays.stream(args)
                .filter(arg -> arg.startsWith(ONLY))
                .flatMap(arg -> Arrays.stream(arg.substring(ONLY.length()).split(",")))
                .map(name -> Store.valueOf(name.toUpperCase(Locale.ROOT)))
                .toList();
        LocksBench bench = new LocksBench(quick);
        for (Store store : stores.isEmpty() ? List.of(Store.values()) : stores) {
            bench.run(store);
        }
        Report report = new LocksReport(bench.measured, quick).write();
        report.write(Path.of(args[0]));
        System.out.print(report.terminal());
    }

    private void run(Store store) throws Exception {
        try (Store.Servers servers = store.start()) {
            Map<Lockers, LockerProcess> open = new EnumMap<>(Lockers.class);
            for (Lockers lockers : Lockers.values()) {
                if (lockers.store == store) {
                    open.put(lockers, LockerProcess.start(lockers, servers.address()));
                }
            }
            for (Scene scene : Scene.of(store)) {
                for (Lockers lockers : scene.lockers(quick)) {
                    open.get(lockers).run(scene, quick ? 2_500 : 5_000);
                }
            }
            int rounds = quick ? 6 : 10;
            for (int round = 0; round < rounds; round++) {
                for (Scene scene : Scene.of(store)) {
                    List<Lockers> order = new ArrayList<>(scene.lockers(quick));
                    if (round % 2 == 1) {
                        Collections.reverse(order);
                    }
                    for (Lockers lockers : order) {
                        once(servers, scene, lockers, open.get(lockers));
                    }
                }
                System.err.println(
                        store.name().toLowerCase(Locale.ROOT) + ": round " + (round + 1) + " of " + rounds + " done");
            }
            for (LockerProcess process : open.values()) {
                process.close();
            }
        }
    }

    private void once(Store.Servers servers, Scene scene, Lockers lockers, LockerProcess process) throws Exception {
        long millis = quick ? 500 : 1_200;
        servers.tidy();
        Spent before = servers.spent();
        LockerProcess.Done done = process.run(scene, millis);
        Spent spent = servers.spent().minus(before);
        double pairs = done.result().pairsPerSecond() * millis / 1e3;
        measured.add(
                scene,
                lockers,
                new Measurements.One(
                        done.result(),
                        spent.processorMicros() / pairs,
                        done.processorMicros() / pairs,
                        spent.bytes() / pairs));
    }
}
