package dev.pawl.idgen.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.spi.WorkerRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes on one directory: every increment of a record's revision by compare-and-set must survive. */
class FileLocksIT {

    private static final int PROCESSES = 4;
    private static final int THREADS = 2;
    private static final int INCREMENTS = 25;

    @TempDir
    private Path directory;

    @Test
    void processesExcludeEachOtherThoughEachOpensTheStoreTwice() throws Exception {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < PROCESSES; i++) {
            processes.add(start());
        }
        for (Process process : processes) {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
        assertThat(read(FileWorkerLeaseStore.in(directory)).map(WorkerRecord::revision))
                .contains((long) PROCESSES * THREADS * INCREMENTS);
    }

    private Process start() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Incrementer.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static Optional<WorkerRecord> read(FileWorkerLeaseStore store) {
        return store.read("orders", 0).toCompletableFuture().join();
    }

    /** Raises the revision of one record so many times, on two threads with a store each of the same directory. */
    static final class Incrementer {

        public static void main(String[] args) {
            CompletableFuture.allOf(IntStream.range(0, THREADS)
                            .mapToObj(i -> CompletableFuture.runAsync(() -> increment(Path.of(args[0]))))
                            .toArray(CompletableFuture[]::new))
                    .join();
        }

        private static void increment(Path directory) {
            FileWorkerLeaseStore store = FileWorkerLeaseStore.in(directory);
            int done = 0;
            while (done < INCREMENTS) {
                Optional<WorkerRecord> present = read(store);
                long revision = present.map(WorkerRecord::revision).orElse(0L) + 1;
                WorkerRecord next = new WorkerRecord(
                        0, UUID.randomUUID(), 1, 2, Duration.ofSeconds(3), IdLayout.SNOWFLAKE.fingerprint(), revision);
                if (store.compareAndSet("orders", present, next)
                        .toCompletableFuture()
                        .join()) {
                    done++;
                }
            }
        }
    }
}
