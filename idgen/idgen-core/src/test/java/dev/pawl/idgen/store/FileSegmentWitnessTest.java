package dev.pawl.idgen.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code SegmentWitnessTck} does not say: the file, and the threads. */
class FileSegmentWitnessTest {

    @TempDir
    private Path directory;

    private FileSegmentWitness open() {
        return FileSegmentWitness.in(directory, Runnable::run);
    }

    private OptionalLong raise(String tag, long first, long last) {
        return open().raise(tag, first, last).toCompletableFuture().join();
    }

    private void assertRefused(String message) {
        byte[] before = read("orders.witness");
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> raise("orders", 1_000, 2_000))
                .withCauseInstanceOf(BackendException.class)
                .withStackTraceContaining(message);
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() ->
                        open().lower("orders", 100, 50).toCompletableFuture().join())
                .withCauseInstanceOf(BackendException.class);
        assertThat(read("orders.witness")).as("not overwritten").isEqualTo(before);
    }

    private byte[] read(String file) {
        try {
            return Files.readAllBytes(directory.resolve(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aMarkOutlivesTheProcess() throws IOException {
        assertThat(raise("orders", 1, 3_000)).isEmpty();
        assertThat(Files.readString(directory.resolve("orders.witness")))
                .matches("pawl-segment-witness 1\norders 3000\ncrc32c [0-9a-f]{8}\n");
        assertThat(raise("orders", 3_000, 4_000)).hasValue(3_000);
    }

    @Test
    void aDamagedFileIsRefusedAndNotOverwritten() throws IOException {
        raise("orders", 1, 100);
        Path file = directory.resolve("orders.witness");
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 1;
            Files.write(file, damaged);
            assertRefused("a segment-witness file must be usable");
            Files.write(file, Arrays.copyOf(whole, i));
            assertRefused("a segment-witness file must be usable");
        }
    }

    @Test
    void aFileOfANewerVersionIsRefusedWithBothVersions() throws IOException {
        Files.writeString(directory.resolve("orders.witness"), "pawl-segment-witness 2\nwho knows\n");
        assertRefused("a segment-witness file must be of format 1: firstLine=pawl-segment-witness 2");
    }

    @Test
    void aFileOfAnotherTagIsRefused() throws IOException {
        raise("Orders", 1, 100);
        Files.copy(directory.resolve("Orders.witness"), directory.resolve("orders.witness"));
        assertRefused("a segment-witness file must hold the mark of its tag: tag=orders");
    }

    @Test
    void aHalfWrittenSuccessorIsIgnored() throws IOException {
        raise("orders", 1, 100);
        Files.writeString(directory.resolve("orders.witness.new"), "pawl-seg");
        assertThat(raise("orders", 100, 200)).hasValue(100);
        assertThat(raise("orders", 101, 200)).isEmpty();
    }

    @Test
    void nothingIsDoneOnTheCallersThread() {
        Queue<Runnable> work = new ArrayDeque<>();
        CompletableFuture<OptionalLong> answer = FileSegmentWitness.in(directory, work::add)
                .raise("orders", 1, 100)
                .toCompletableFuture();
        assertThat(answer).isNotDone();
        assertThat(directory.resolve("orders.witness")).doesNotExist();
        work.remove().run();
        assertThat(answer).isCompletedWithValue(OptionalLong.empty());
    }

    @Test
    void anExecutorThatTakesNoWorkFailsTheCall() {
        CompletableFuture<OptionalLong> answer = FileSegmentWitness.in(directory, work -> {
                    throw new RejectedExecutionException("shut down");
                })
                .raise("orders", 1, 100)
                .toCompletableFuture();
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(answer::join)
                .withCauseInstanceOf(BackendException.class)
                .satisfies(e ->
                        assertThat(((BackendException) e.getCause()).outcome()).isEqualTo(Outcome.NOT_APPLIED));
    }

    @Test
    void aDirectoryThatCannotBeMadeIsRefused() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatExceptionOfType(BackendException.class)
                .isThrownBy(() -> FileSegmentWitness.in(file, Runnable::run))
                .withMessage("a directory of segment witnesses must be usable: directory=" + file);
    }

    @Test
    void theScopeNamesTheDirectory() {
        assertThat(open().scope()).isEqualTo("processes of this host that use " + directory);
    }
}
