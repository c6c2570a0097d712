package dev.pawl.benchmarks.locks;

import dev.pawl.benchmarks.Report;
import dev.pawl.benchmarks.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Tables and ratios of what was measured. */
final class LocksReport {

    private final Measurements measured;
    private final boolean quick;
    private final Report report;

    LocksReport(Measurements measured, boolean quick) {
        this.measured = measured;
        this.quick = quick;
        this.report = new Report("Locks: results", quick ? "./bench locks --quick" : "./bench locks");
    }

    Report write() {
        notes();
        for (Scene scene : Scene.values()) {
            if (measured.has(scene)) {
                table(scene);
            }
        }
        redis();
        others();
        return report;
    }

    private void notes() {
        report.note(
                "Servers run on the same processors as the clients, store by store: one redis-server without persistence;"
                        + " three of them; one ZooKeeper that does not wait for its disk; one etcd, compacted before each run, and one"
                        + " PostgreSQL, which do. Each kind of lock has a JVM of its own.");
        report.note(
                "A pair is one acquire and one release with nothing in between, without a pause after it. Waits are from the"
                        + " call of acquire to its return.");
        report.note(
                "Every client has its defaults; ours and Redisson's renew, Spring's registry publishes and subscribes. The"
                        + " bare commands on Redis are SET NX PX and a script that compares and deletes, through one shared connection: they"
                        + " neither wait nor have a token. On three masters they are sent to all at once, and all are awaited.");
        report.note(
                "The bare commands of ZooKeeper make and delete an ephemeral sequential node, those of etcd put and delete"
                        + " a key without a lease, those of PostgreSQL change a row twice by its key: none of them looks whether it was first.");
        report.note(
                "jetcd's lock has a lease for each holder, which is granted before and revoked behind it. ShedLock cannot wait.");
    }

    private void redis() {
        pairs("redis-vs-raw-1t", Scene.ONE_THREAD, Lockers.PAWL, Lockers.RAW, ">= 0.9");
        pairs("redis-vs-raw-8t", Scene.EIGHT_THREADS, Lockers.PAWL, Lockers.RAW, ">= 0.85");
        pairs("redis-vs-rlock-1t", Scene.ONE_THREAD, Lockers.PAWL, Lockers.RLOCK, "");
        pairs("redis-vs-rlock-8t", Scene.EIGHT_THREADS, Lockers.PAWL, Lockers.RLOCK, ">= 3");
        pairs("redis-vs-rfenced-8t", Scene.EIGHT_THREADS, Lockers.PAWL, Lockers.RFENCED, "");
        pairs("redis-vs-spring-8t", Scene.EIGHT_THREADS, Lockers.PAWL, Lockers.SPRING, "");
        pairs("redis-through-redisson-vs-rlock", Scene.EIGHT_THREADS, Lockers.PAWL_REDISSON, Lockers.RLOCK, ">= 1.1");
        pairs("redis-one-jvm-vs-rlock-8t", Scene.ONE_JVM, Lockers.PAWL, Lockers.RLOCK, ">= 3");
        p99("redis-one-jvm-p99-vs-rlock", Scene.ONE_JVM, Lockers.PAWL, Lockers.RLOCK, "< 1");
        pairs("redis-clients-vs-rlock-8t", Scene.CLIENTS, Lockers.PAWL, Lockers.RLOCK, ">= 3");
        p99("redis-clients-p99-vs-rlock", Scene.CLIENTS, Lockers.PAWL, Lockers.RLOCK, "<= 0.5");
    }

    private void others() {
        Scene one = Scene.REDLOCK_ONE_THREAD;
        Scene eight = Scene.REDLOCK_EIGHT_THREADS;
        pairs("redlock-vs-raw-1t", one, Lockers.PAWL_REDLOCK, Lockers.RAW_THREE, ">= 0.8");
        pairs("redlock-vs-raw-8t", eight, Lockers.PAWL_REDLOCK, Lockers.RAW_THREE, ">= 0.8");
        pairs("redlock-vs-redisson-1t", one, Lockers.PAWL_REDLOCK, Lockers.REDISSON_REDLOCK, ">= 2.5");
        pairs("redlock-vs-redisson-8t", eight, Lockers.PAWL_REDLOCK, Lockers.REDISSON_REDLOCK, ">= 2.5");
        one = Scene.ZOOKEEPER_ONE_THREAD;
        eight = Scene.ZOOKEEPER_CLIENTS;
        pairs("zookeeper-vs-raw-1t", one, Lockers.PAWL_ZOOKEEPER, Lockers.RAW_ZOOKEEPER, ">= 0.75");
        pairs("zookeeper-vs-curator-1t", one, Lockers.PAWL_ZOOKEEPER, Lockers.CURATOR, ">= 1.4");
        pairs("zookeeper-clients-vs-curator-8t", eight, Lockers.PAWL_ZOOKEEPER, Lockers.CURATOR, "> 1");
        one = Scene.ETCD_ONE_THREAD;
        eight = Scene.ETCD_CLIENTS;
        pairs("etcd-vs-raw-1t", one, Lockers.PAWL_ETCD, Lockers.RAW_ETCD, ">= 0.85");
        pairs("etcd-vs-jetcd-1t", one, Lockers.PAWL_ETCD, Lockers.JETCD, ">= 1.4");
        pairs("etcd-clients-vs-jetcd-8t", eight, Lockers.PAWL_ETCD, Lockers.JETCD, ">= 5");
        one = Scene.SQL_ONE_THREAD;
        pairs("jdbc-vs-raw-1t", one, Lockers.PAWL_SQL, Lockers.RAW_SQL, "");
        pairs("jdbc-vs-shedlock-1t", one, Lockers.PAWL_SQL, Lockers.SHEDLOCK, "");
    }

    private void pairs(String name, Scene scene, Lockers ours, Lockers theirs, String bar) {
        ratio(name, scene, ours, theirs, one -> one.result().pairsPerSecond(), bar);
    }

    private void p99(String name, Scene scene, Lockers ours, Lockers theirs, String bar) {
        ratio(name, scene, ours, theirs, one -> one.result().p99Micros(), bar);
    }

    private void ratio(
            String name,
            Scene scene,
            Lockers ours,
            Lockers theirs,
            ToDoubleFunction<Measurements.One> value,
            String bar) {
        if (measured.has(scene)) {
            report.ratio(name, measured.ratios(scene, ours, theirs, value), bar);
        }
    }

    private void table(Scene scene) {
        List<List<String>> rows = new ArrayList<>();
        for (Lockers lockers : scene.lockers(quick)) {
            Spread pairs = measured.spread(scene, lockers, one -> one.result().pairsPerSecond());
            rows.add(List.of(
                    lockers.label,
                    Spread.number(pairs.median()),
                    pairs.range(),
                    median(scene, lockers, one -> one.result().p50Micros()),
                    median(scene, lockers, one -> one.result().p99Micros()),
                    Spread.number(
                            measured.spread(scene, lockers, one -> one.result().greatestMicros() / 1e3)
                                    .max()),
                    median(scene, lockers, Measurements.One::serverMicros),
                    median(scene, lockers, Measurements.One::clientMicros),
                    median(scene, lockers, Measurements.One::bytes)));
        }
        report.table(
                scene.heading,
                List.of(
                        "Lock",
                        "Pairs per second",
                        "Least - greatest",
                        "Wait p50 (µs)",
                        "Wait p99 (µs)",
                        "Longest wait (ms)",
                        "Servers' processor time per pair (µs)",
                        "Clients' (µs)",
                        "Bytes on the wire per pair"),
                rows);
    }

    private String median(Scene scene, Lockers lockers, ToDoubleFunction<Measurements.One> value) {
        double median = measured.spread(scene, lockers, value).median();
        return Double.isNaN(median) ? "" : Spread.number(median);
    }
}
