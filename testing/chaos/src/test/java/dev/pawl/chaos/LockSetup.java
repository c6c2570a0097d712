package dev.pawl.chaos;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What is common to a round with locks.
 *
 * @param kind which lock
 * @param guarded whether the counter checks tokens
 * @param processes how many workers; every second one has two threads
 * @param namespace of the lock in the store
 * @param lease of the lock
 * @param folder for histories and logs
 */
record LockSetup(
        WorkerLock.Kind kind, boolean guarded, int processes, String namespace, Duration lease, Path folder) {

    static final Duration LEASE = Duration.ofSeconds(1);
    static final int PROCESSES = 4;

    static LockSetup ours(Path folder) {
        return new LockSetup(WorkerLock.Kind.PAWL, true, PROCESSES, folder.getFileName().toString(), LEASE, folder);
    }

    LockSetup of(WorkerLock.Kind other, boolean guard) {
        return new LockSetup(other, guard, processes, namespace, lease, folder);
    }
}
