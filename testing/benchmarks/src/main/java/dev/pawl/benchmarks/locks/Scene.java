package dev.pawl.benchmarks.locks;

import java.util.List;

/** A way of using locks, with those who can be used so. */
enum Scene {
    ONE_THREAD("Uncontended, one thread", 1, false, List.of(Lockers.values())),
    EIGHT_THREADS("Uncontended, eight threads with a lock each", Scene.MANY, false, List.of(Lockers.values())),
    ONE_JVM(
            "One lock wanted by eight threads of one client",
            Scene.MANY,
            false,
            List.of(Lockers.PAWL, Lockers.RLOCK, Lockers.RFENCED, Lockers.SPRING)),
    CLIENTS(
            "One lock wanted by eight clients",
            Scene.MANY,
            true,
            List.of(Lockers.PAWL, Lockers.RLOCK, Lockers.RFENCED, Lockers.SPRING));

    static final int MANY = 8;

    final String heading;
    final int threads;
    final boolean clients;
    final List<Lockers> lockers;

    Scene(String heading, int threads, boolean clients, List<Lockers> lockers) {
        this.heading = heading;
        this.threads = threads;
        this.clients = clients;
        this.lockers = lockers;
    }

    /** How many clients a kind of lock needs for all its scenes. */
    static int clientsOf(Lockers lockers) {
        return CLIENTS.lockers.contains(lockers) ? MANY : 1;
    }

    String name(int thread) {
        return this == ONE_THREAD || this == EIGHT_THREADS ? "own-" + thread : "hot-" + this;
    }
}
