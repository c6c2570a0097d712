package dev.pawl.lock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.lock.memory.InMemoryLockBackend;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/** Virtual threads that wait for locks leave their carriers to others: the JVM records each that does not. */
@EnabledForJreRange(min = JRE.JAVA_21)
final class VirtualThreadsTest {

    private static final String PINNED = "jdk.VirtualThreadPinned";

    @TempDir
    private Path folder;

    @Test
    void whoeverWaitsForALockPinsNoCarrier() throws Exception {
        List<RecordedEvent> pinned = pinnedWhile(() -> {
            try (LockService locks = LockService.of(new InMemoryLockBackend());
                    LockService others = LockService.of(new InMemoryLockBackend())) {
                LockHandle held = locks.lock("a").acquire();
                List<CompletableFuture<Void>> waiting = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    DistributedLock lock = (i % 2 == 0 ? locks : others).lock("a");
                    waiting.add(inVirtualThread(() -> {
                        try (LockHandle handle = lock.acquire()) {
                            handle.ensureValid(Duration.ofSeconds(1));
                            lock.tryAcquire(Duration.ofMillis(2)).ifPresent(LockHandle::close);
                        }
                        lock.asLock().lock();
                        lock.asLock().unlock();
                    }));
                }
                held.release();
                for (CompletableFuture<Void> one : waiting) {
                    one.get();
                }
            }
        });
        assertThat(pinned).isEmpty();
    }

    /** That the recording sees it at all. */
    @Test
    void whoeverWaitsWhileAClassBeginsIsSeen() throws Exception {
        assertThat(pinnedWhile(() ->
                        inVirtualThread(() -> assertThat(Slow.DONE).isTrue()).get()))
                .isNotEmpty();
    }

    private static final class Slow {
        static final boolean DONE;

        static {
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            DONE = true;
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    private List<RecordedEvent> pinnedWhile(Step step) throws Exception {
        try (Recording recording = new Recording()) {
            recording.enable(PINNED).withoutThreshold();
            recording.start();
            step.run();
            recording.stop();
            return events(recording);
        }
    }

    private List<RecordedEvent> events(Recording recording) throws IOException {
        Path file = folder.resolve("recording.jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file);
    }

    private static CompletableFuture<Void> inVirtualThread(Step step) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Runnable task = () -> {
            try {
                step.run();
                done.complete(null);
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        };
        try {
            MethodHandle start = MethodHandles.publicLookup()
                    .findStatic(
                            Thread.class, "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class));
            Thread unused = (Thread) start.invoke(task);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return done;
    }
}
