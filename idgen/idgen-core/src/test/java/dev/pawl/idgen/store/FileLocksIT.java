package dev.pawl.idgen.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.spi.WorkerRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes on one directory: every increment of a record's revision by compare-and-set must survive. */
class FileLocksIT {

    private static final int PROCESSES = 4;
    private static final int INCREMENTS = 50;

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
        assertThat(revision(FileWorkerLeaseStore.in(directory))).isEqualTo((long) PROCESSES * INCREMENTS);
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

    private static long revision(FileWorkerLeaseStore store) {
        return store.read("orders", 0)
                .toCompletableFuture()
                .join()
                .map(WorkerRecord::revision)
                .orElse(0L);
    }

    /** Raises the revision of one record so many times, alternating between two stores of the same directory. */
    static final class Incrementer {

        public static void main(String[] args) {
            FileWorkerLeaseStore[] stores = {
                FileWorkerLeaseStore.in(Path.of(args[0])), FileWorkerLeaseStore.in(Path.of(args[0]))
            };
            int done = 0;
            for (int i = 0; done < INCREMENTS; i++) {
                FileWorkerLeaseStore store = stores[i % 2];
                WorkerRecord next = new WorkerRecord(
                        0,
                        UUID.randomUUID(),
                        1,
                        2,
                        Duration.ofSeconds(3),
                        IdLayout.SNOWFLAKE.fingerprint(),
                        revision(store) + 1);
                if (store.compareAndSet("orders", next).toCompletableFuture().join()) {
                    done++;
                }
            }
        }
    }
}
