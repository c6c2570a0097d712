package dev.pawl.chaos;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What is common to a round with locks.
 *
 * @param kind which lock
 * @param guarded whether the counter checks tokens
 * @param processes how many workers; every second one has two threads
 * @param namespace of the lock in the store
 * @param lease of the lock
 * @param folder for histories and logs
 * @param planted classes that the workers have instead of the product's
 */
record LockSetup(
        WorkerLock.Kind kind,
        boolean guarded,
        int processes,
        String namespace,
        Duration lease,
        Path folder,
        Optional<Path> planted) {

    static final Duration LEASE = Duration.ofSeconds(1);
    static final int PROCESSES = 4;

    /** Ours on Redis. */
    static LockSetup ours(Path folder) {
        return new LockSetup(
                WorkerLock.Kind.REDIS,
                true,
                PROCESSES,
                folder.getFileName().toString(),
                LEASE,
                folder,
                Optional.empty());
    }

    /** Ours on another store, on which more than the workers takes processor time. */
    static LockSetup on(WorkerLock.Kind kind, Duration lease, Path folder) {
        return new LockSetup(
                kind, true, PROCESSES - 1, folder.getFileName().toString(), lease, folder, Optional.empty());
    }

    /** What must be written in a second before the first fault; others are as fast as they are. */
    int leastWritesPerSecond() {
        return kind == WorkerLock.Kind.REDIS ? 50 : 5;
    }

    /** What must be written after a fault before the next one. */
    int someWrites() {
        return kind == WorkerLock.Kind.REDIS ? 20 : 5;
    }

    /** How long the last ones wait: where waiters ask in no order, chance decides. */
    Duration patienceAtTheEnd() {
        return kind == WorkerLock.Kind.REDIS ? lease.plusSeconds(2) : Await.PATIENCE;
    }

    String classPath() {
        String own = System.getProperty("java.class.path");
        return planted.map(classes -> classes + File.pathSeparator + own).orElse(own);
    }

    LockSetup of(WorkerLock.Kind other, boolean guard) {
        return new LockSetup(other, guard, processes, namespace, lease, folder, planted);
    }

    LockSetup with(Path classes) {
        return new LockSetup(kind, guarded, processes, namespace, lease, folder, Optional.of(classes));
    }
}
