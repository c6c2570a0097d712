package dev.pawl.benchmarks.locks;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A way of using locks, with those who can be used so; those behind {@code also} enter no ratio, and are left out of a quick run. */
enum Scene {
    ONE_THREAD(
            "Redis: uncontended, one thread",
            Use.ONE,
            List.of(Lockers.RAW, Lockers.PAWL, Lockers.RLOCK),
            Lockers.PAWL_REDISSON,
            Lockers.RFENCED,
            Lockers.SPRING),
    EIGHT_THREADS(
            "Redis: uncontended, eight threads with a lock each",
            Use.MANY,
            List.of(Lockers.RAW, Lockers.PAWL, Lockers.PAWL_REDISSON, Lockers.RLOCK, Lockers.RFENCED, Lockers.SPRING)),
    ONE_JVM(
            "Redis: one lock wanted by eight threads of one client",
            Use.ONE_JVM,
            List.of(Lockers.PAWL, Lockers.RLOCK),
            Lockers.RFENCED,
            Lockers.SPRING),
    CLIENTS(
            "Redis: one lock wanted by eight clients",
            Use.CLIENTS,
            List.of(Lockers.PAWL, Lockers.RLOCK),
            Lockers.RFENCED,
            Lockers.SPRING),

    REDLOCK_ONE_THREAD(
            "RedLock on three masters: uncontended, one thread",
            Use.ONE,
            List.of(Lockers.RAW_THREE, Lockers.PAWL_REDLOCK, Lockers.REDISSON_REDLOCK)),
    REDLOCK_EIGHT_THREADS(
            "RedLock on three masters: uncontended, eight threads with a lock each",
            Use.MANY,
            List.of(Lockers.RAW_THREE, Lockers.PAWL_REDLOCK, Lockers.REDISSON_REDLOCK)),

    ZOOKEEPER_ONE_THREAD(
            "ZooKeeper: uncontended, one thread",
            Use.ONE,
            List.of(Lockers.RAW_ZOOKEEPER, Lockers.PAWL_ZOOKEEPER, Lockers.CURATOR)),
    ZOOKEEPER_CLIENTS(
            "ZooKeeper: one lock wanted by eight clients",
            Use.CLIENTS,
            List.of(Lockers.PAWL_ZOOKEEPER, Lockers.CURATOR)),

    ETCD_ONE_THREAD(
            "etcd: uncontended, one thread", Use.ONE, List.of(Lockers.RAW_ETCD, Lockers.PAWL_ETCD, Lockers.JETCD)),
    ETCD_CLIENTS("etcd: one lock wanted by eight clients", Use.CLIENTS, List.of(Lockers.PAWL_ETCD, Lockers.JETCD)),

    SQL_ONE_THREAD(
            "PostgreSQL: uncontended, one thread",
            Use.ONE,
            List.of(Lockers.RAW_SQL, Lockers.PAWL_SQL, Lockers.SHEDLOCK));

    /** Who wants which lock. */
    private enum Use {
        ONE,
        MANY,
        ONE_JVM,
        CLIENTS
    }

    private static final int EIGHT = 8;

    final String heading;
    private final Use use;
    private final List<Lockers> compared;
    private final List<Lockers> also;

    Scene(String heading, Use use, List<Lockers> compared, Lockers... also) {
        this.heading = heading;
        this.use = use;
        this.compared = compared;
        this.also = List.of(also);
    }

    Store store() {
        return compared.get(0).store;
    }

    static List<Scene> of(Store store) {
        return Arrays.stream(values()).filter(scene -> scene.store() == store).toList();
    }

    List<Lockers> lockers(boolean quick) {
        return quick
                ? compared
                : Stream.concat(compared.stream(), also.stream()).toList();
    }

    int threads() {
        return use == Use.ONE ? 1 : EIGHT;
    }

    /** Whether each thread has a client of its own. */
    boolean clients() {
        return use == Use.CLIENTS;
    }

    /** How many clients a kind of lock needs for all its scenes. */
    static int clientsOf(Lockers lockers) {
        boolean many = Arrays.stream(values())
                .anyMatch(scene -> scene.clients() && scene.lockers(false).contains(lockers));
        return many ? EIGHT : 1;
    }

    String name(int thread) {
        return use == Use.ONE || use == Use.MANY ? "own-" + thread : "hot-" + this;
    }
}
