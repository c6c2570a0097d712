package dev.pawl.idgen.store;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.spi.SegmentWitness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Marks in files of one directory, one file per tag, for the processes of one host. A change is written to a new file,
 * forced to the disk, and renamed over the old one before it is acknowledged; a checksum refuses what was damaged.
 *
 * <p>It covers the ranges of the processes that use the same directory on the same local disk, and no others: a store that
 * went back hands out again what another host was granted, and this witness knows nothing of that. It does not hold over a
 * network file system, nor after a file of it was deleted or restored from a backup.
 *
 * <p>Thread-safe. The work is done by the executor, a disk access per call, so that nothing blocks the caller.
 */
public final class FileSegmentWitness implements SegmentWitness {

    private static final CheckedFile KIND = new CheckedFile("pawl-segment-witness", "segment-witness", 1);

    private final Path directory;
    private final FileLocks locks;
    private final Executor executor;

    private FileSegmentWitness(Path directory, FileLocks locks, Executor executor) {
        this.directory = directory;
        this.locks = locks;
        this.executor = executor;
    }

    /**
     * Opens the witness of a directory, which is made if it is missing.
     *
     * @param directory a directory on a local disk
     * @param executor runs what waits for the disk; one thread is enough
     * @return the witness
     * @throws BackendException if the directory cannot be used
     */
    public static FileSegmentWitness in(Path directory, Executor executor) {
        Objects.requireNonNull(executor, "executor");
        try {
            Files.createDirectories(directory);
            return new FileSegmentWitness(directory, FileLocks.of(directory.resolve("witness.lock")), executor);
        } catch (IOException e) {
            throw new BackendException(
                    "a directory of segment witnesses must be usable: directory=" + directory, Outcome.NOT_APPLIED, e);
        }
    }

    @Override
    public CompletionStage<OptionalLong> raise(String tag, long first, long last) {
        SegmentWitness.requireRaise(tag, first, last);
        return answer(tag, () -> {
            long mark = mark(tag);
            if (mark >= first) {
                return OptionalLong.of(mark);
            }
            write(tag, last);
            return OptionalLong.empty();
        });
    }

    @Override
    public CompletionStage<Boolean> lower(String tag, long from, long to) {
        SegmentWitness.requireLower(tag, from, to);
        return answer(tag, () -> {
            if (mark(tag) != from) {
                return false;
            }
            write(tag, to);
            return true;
        });
    }

    private <T> CompletionStage<T> answer(String tag, FileLocks.Action<T> action) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            executor.execute(() -> {
                try {
                    answer.complete(locks.exclusively(action));
                } catch (IOException | RuntimeException e) {
                    answer.completeExceptionally(failed(tag, Outcome.UNKNOWN, e));
                }
            });
        } catch (RuntimeException e) {
            answer.completeExceptionally(failed(tag, Outcome.NOT_APPLIED, e));
        }
        return answer;
    }

    private BackendException failed(String tag, Outcome outcome, Exception cause) {
        return new BackendException("a segment-witness file must be usable: file=" + file(tag), outcome, cause);
    }

    private long mark(String tag) throws IOException {
        List<String> lines = KIND.read(file(tag));
        if (lines.isEmpty()) {
            return 0;
        }
        // The name is in the file too: where file names ignore case, two tags would share one.
        String[] fields = lines.get(0).split(" ", -1);
        if (lines.size() != 1 || fields.length != 2 || !fields[0].equals(tag)) {
            throw new IOException("a segment-witness file must hold the mark of its tag: tag=" + tag);
        }
        try {
            return Long.parseLong(fields[1]);
        } catch (NumberFormatException e) {
            throw new IOException("a mark must be a number: tag=" + tag, e);
        }
    }

    private void write(String tag, long mark) throws IOException {
        KIND.replace(file(tag), List.of(tag + " " + mark));
    }

    /** A tag's name may hold a colon, which some file systems do not take; a percent sign it may not. */
    private Path file(String tag) {
        return directory.resolve(tag.replace(":", "%3A") + ".witness");
    }

    @Override
    public String scope() {
        return "processes of this host that use " + directory;
    }
}
