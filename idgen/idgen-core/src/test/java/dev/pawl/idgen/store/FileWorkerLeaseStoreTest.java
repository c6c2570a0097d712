package dev.pawl.idgen.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pawl.common.BackendException;
import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.spi.WorkerRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileWorkerLeaseStoreTest {

    @TempDir
    private Path directory;

    private FileWorkerLeaseStore open() {
        return FileWorkerLeaseStore.in(directory);
    }

    private static WorkerRecord record(int workerId, long revision) {
        return new WorkerRecord(
                workerId, UUID.randomUUID(), 10, 20, Duration.ofSeconds(3), IdLayout.SNOWFLAKE.fingerprint(), revision);
    }

    private static boolean write(FileWorkerLeaseStore store, WorkerRecord record) {
        Optional<WorkerRecord> present =
                store.read("orders", record.workerId()).toCompletableFuture().join();
        return store.compareAndSet("orders", present.filter(p -> p.revision() == record.revision() - 1), record)
                .toCompletableFuture()
                .join();
    }

    private static boolean write(FileWorkerLeaseStore store, Optional<WorkerRecord> expected, WorkerRecord record) {
        return store.compareAndSet("orders", expected, record)
                .toCompletableFuture()
                .join();
    }

    private static List<WorkerRecord> readAll(FileWorkerLeaseStore store) {
        return store.readAll("orders").toCompletableFuture().join();
    }

    @Test
    void whatOneStoreWroteAnotherReads() {
        WorkerRecord zero = record(0, 1);
        WorkerRecord seven = record(7, 1);
        assertThat(write(open(), zero)).isTrue();
        assertThat(write(open(), seven)).isTrue();
        assertThat(readAll(open())).containsExactlyInAnyOrder(zero, seven);
        assertThat(open().read("orders", 7).toCompletableFuture().join()).contains(seven);
        assertThat(open().read("orders", 8).toCompletableFuture().join()).isEmpty();
        assertThat(open().readAll("others").toCompletableFuture().join()).isEmpty();
    }

    @Test
    void aRecordIsReplacedOnlyAtTheRevisionThatItsWriterSaw() {
        FileWorkerLeaseStore store = open();
        WorkerRecord first = record(0, 1);
        assertThat(write(store, Optional.of(first), record(0, 2)))
                .as("there is no revision 1 yet")
                .isFalse();
        assertThat(write(store, first)).isTrue();
        assertThat(write(store, Optional.empty(), record(0, 1))).isFalse();
        assertThat(write(store, Optional.of(record(0, 1)), record(0, 2)))
                .as("the same revision of another owner")
                .isFalse();
        WorkerRecord second = record(0, 2);
        assertThat(write(store, Optional.of(first), second)).isTrue();
        assertThat(write(store, Optional.of(first), record(0, 2))).isFalse();
        assertThat(readAll(store)).containsExactly(second);
    }

    @Test
    void ofManyThatWriteTheSameRevisionOneWins() {
        AtomicInteger wins = new AtomicInteger();
        CompletableFuture.allOf(IntStream.range(0, 32)
                        .mapToObj(i -> CompletableFuture.runAsync(() -> {
                            if (write(open(), record(0, 1))) {
                                wins.incrementAndGet();
                            }
                        }))
                        .toArray(CompletableFuture[]::new))
                .join();
        assertThat(wins).hasValue(1);
    }

    @Test
    void aDamagedFileIsRefusedAndNotOverwritten() throws IOException {
        write(open(), record(0, 1));
        Path file = directory.resolve("orders.workers");
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 0x10;
            Files.write(file, damaged);
            assertRefused();
            assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
        }
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertRefused();
        }
    }

    private void assertRefused() {
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> readAll(open()))
                .withCauseInstanceOf(BackendException.class);
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> write(open(), record(0, 1)))
                .withCauseInstanceOf(BackendException.class);
    }

    @Test
    void aFileOfANewerVersionIsRefusedWithBothVersions() throws IOException {
        Files.writeString(directory.resolve("orders.workers"), "pawl-worker-leases 2\nwho knows\n");
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> readAll(open()))
                .withRootCauseInstanceOf(IOException.class)
                .havingRootCause()
                .withMessage("a worker-lease file must be of format 1: firstLine=pawl-worker-leases 2");
    }

    @Test
    void aHalfWrittenSuccessorIsIgnored() throws IOException {
        WorkerRecord first = record(0, 1);
        write(open(), first);
        Files.write(directory.resolve("orders.workers.new"), "pawl-wor".getBytes(StandardCharsets.UTF_8));
        assertThat(readAll(open())).containsExactly(first);
        assertThat(write(open(), record(0, 2))).isTrue();
    }

    @Test
    void anInterruptedWriterDoesNotBreakTheStoreForOthers() {
        FileWorkerLeaseStore store = open();
        write(store, record(0, 1));
        Thread.currentThread().interrupt();
        try {
            write(store, record(0, 2));
        } catch (CompletionException expected) {
            assertThat(expected).hasCauseInstanceOf(BackendException.class);
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(write(open(), record(1, 1))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "..", "a/b", "../orders", "a\0b", "a\nb", "é", "a\\b"})
    void aSpaceThatWouldLeaveTheDirectoryIsRefused(String space) {
        if (space.equals("..")) {
            assertThat(open().readAll(space).toCompletableFuture().join()).isEmpty();
            return;
        }
        assertThatIllegalArgumentException().isThrownBy(() -> open().readAll(space));
    }

    @Test
    void spacesThatDifferDoNotShareAFile() {
        FileWorkerLeaseStore store = open();
        store.compareAndSet("a:b", Optional.empty(), record(0, 1))
                .toCompletableFuture()
                .join();
        assertThat(store.readAll("a.b").toCompletableFuture().join()).isEmpty();
        assertThat(store.readAll("a:b").toCompletableFuture().join()).hasSize(1);
    }

    @Test
    void aDirectoryThatCannotBeMadeIsRefused() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatExceptionOfType(BackendException.class)
                .isThrownBy(() -> FileWorkerLeaseStore.in(file))
                .withMessageContaining("directory=" + file);
    }

    @Test
    void theGuaranteeNamesItsScope() {
        assertThat(open().guarantee().level()).isEqualTo(Level.PROVEN);
        assertThat(open().guarantee().scope()).contains(directory.toString());
    }
}
