package dev.pawl.idgen.store;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.spi.WorkerLeaseStore;
import dev.pawl.idgen.spi.WorkerRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Worker leases in files of one directory, one file per space, for the processes of one host. A change is written to a new
 * file, forced to the disk, and renamed over the old one before it is acknowledged; a checksum refuses what was damaged.
 *
 * <p>Ids are unique among the processes that use the same directory on the same local disk. It does not hold over a network
 * file system, nor for a copy of the directory, nor after a file of it was deleted or restored from a backup.
 *
 * <p>Thread-safe. Every call works on its caller's thread for the time of a disk access: the generators' renewal has a
 * thread of its own.
 */
public final class FileWorkerLeaseStore implements WorkerLeaseStore {

    private final Path directory;
    private final FileLocks locks;

    private FileWorkerLeaseStore(Path directory, FileLocks locks) {
        this.directory = directory;
        this.locks = locks;
    }

    /**
     * Opens the store of a directory, which is made if it is missing.
     *
     * @param directory a directory on a local disk
     * @return the store
     * @throws BackendException if the directory cannot be used
     */
    public static FileWorkerLeaseStore in(Path directory) {
        try {
            Files.createDirectories(directory);
            return new FileWorkerLeaseStore(directory, FileLocks.of(directory.resolve("workers.lock")));
        } catch (IOException e) {
            throw new BackendException(
                    "a directory of worker leases must be usable: directory=" + directory, Outcome.NOT_APPLIED, e);
        }
    }

    @Override
    public CompletionStage<List<WorkerRecord>> readAll(String space) {
        return answer("read", space, () -> records(space));
    }

    @Override
    public CompletionStage<Optional<WorkerRecord>> read(String space, int workerId) {
        return answer(
                "read",
                space,
                () -> records(space).stream()
                        .filter(record -> record.workerId() == workerId)
                        .findFirst());
    }

    @Override
    public CompletionStage<Boolean> compareAndSet(String space, Optional<WorkerRecord> expected, WorkerRecord next) {
        WorkerRecord.requireNext(expected, next);
        return answer("write", space, () -> {
            List<WorkerRecord> records = new ArrayList<>(records(space));
            Optional<WorkerRecord> present = records.stream()
                    .filter(record -> record.workerId() == next.workerId())
                    .findFirst();
            if (!WorkerRecord.sameVersion(present, expected)) {
                return false;
            }
            records.removeIf(record -> record.workerId() == next.workerId());
            records.add(next);
            WorkerFile.KIND.replace(
                    file(space), records.stream().map(WorkerFile::line).toList());
            return true;
        });
    }

    private <T> CompletionStage<T> answer(String what, String space, FileLocks.Action<T> action) {
        SegmentTag.requireName(space);
        try {
            return CompletableFuture.completedFuture(locks.exclusively(action));
        } catch (IOException | RuntimeException e) {
            Outcome outcome = what.equals("write") ? Outcome.UNKNOWN : Outcome.NOT_APPLIED;
            return CompletableFuture.failedFuture(new BackendException(
                    "a worker-lease file must be usable: call=" + what + ", file=" + file(space), outcome, e));
        }
    }

    private List<WorkerRecord> records(String space) throws IOException {
        List<WorkerRecord> records = new ArrayList<>();
        for (String line : WorkerFile.KIND.read(file(space))) {
            records.add(WorkerFile.record(line));
        }
        return records;
    }

    /** A space's name may hold a colon, which some file systems do not take; a percent sign it may not. */
    private Path file(String space) {
        return directory.resolve(space.replace(":", "%3A") + ".workers");
    }

    @Override
    public CompletionStage<Optional<Instant>> time() {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public Guarantee guarantee() {
        return new Guarantee(Level.PROVEN, "processes of this host that use " + directory);
    }
}
