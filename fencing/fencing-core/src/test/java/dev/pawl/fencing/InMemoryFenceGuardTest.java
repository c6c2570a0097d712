package dev.pawl.fencing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.pawl.fencing.FenceGuarantee.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class InMemoryFenceGuardTest {

    private final InMemoryFenceGuard guard = InMemoryFenceGuard.of("stock");

    @Test
    void aLaterHolderEntersOnlyWhenTheEffectHasEnded() throws Exception {
        guard.enter(token(33));
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Void> effect = async(() -> guard.run(token(33), () -> {
            inside.countDown();
            await(goOn);
        }));
        await(inside);
        CompletableFuture<Void> entering = waiting(token(34));
        assertThat(guard.marks().top()).isEqualTo(33);
        goOn.countDown();
        effect.get(10, TimeUnit.SECONDS);
        entering.get(10, TimeUnit.SECONDS);
        assertThat(guard.marks().top()).isEqualTo(34);
        assertThatExceptionOfType(StaleTokenException.class).isThrownBy(() -> guard.run(token(33), () -> {}));
    }

    @Test
    void whoHasEnteredEntersAgainWhileAnEffectRuns() throws Exception {
        guard.enter(token(33));
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Void> effect = async(() -> guard.run(token(33), () -> {
            inside.countDown();
            await(goOn);
        }));
        await(inside);
        async(() -> guard.enter(token(33))).get(10, TimeUnit.SECONDS);
        assertThat(async(() -> guard.enter(token(32)))).failsWithin(Duration.ofSeconds(10));
        goOn.countDown();
        effect.get(10, TimeUnit.SECONDS);
    }

    /** Both have waited for the same effect: what the first has raised must be seen by the second. */
    @Test
    void ofTwoWhoWaitToEnterTheOlderIsRefused() throws Exception {
        guard.enter(token(33));
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Void> effect = async(() -> guard.run(token(33), () -> {
            inside.countDown();
            await(goOn);
        }));
        await(inside);
        CompletableFuture<Void> newest = waiting(token(35));
        CompletableFuture<Void> older = waiting(token(34));
        goOn.countDown();
        effect.get(10, TimeUnit.SECONDS);
        newest.get(10, TimeUnit.SECONDS);
        assertThat(older)
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(StaleTokenException.class);
        assertThat(guard.marks().top()).isEqualTo(35);
    }

    /** Begins to enter, and returns when it waits. */
    private CompletableFuture<Void> waiting(FencingToken token) {
        CompletableFuture<Void> entered = new CompletableFuture<>();
        Thread entering = new Thread(() -> {
            try {
                guard.enter(token);
                entered.complete(null);
            } catch (StaleTokenException e) {
                entered.completeExceptionally(e);
            }
        });
        entering.start();
        while (entering.getState() != Thread.State.WAITING) {
            assertThat(entering.getState()).as("enter waits").isNotEqualTo(Thread.State.TERMINATED);
            Thread.onSpinWait();
        }
        return entered;
    }

    @Test
    void manyOfOneHolderEnterAndWorkAtTheSameTime() throws Exception {
        CyclicBarrier allInside = new CyclicBarrier(6);
        List<CompletableFuture<Void>> working = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            working.add(async(() -> {
                guard.enter(token(33));
                guard.run(token(33), () -> meet(allInside));
            }));
        }
        for (CompletableFuture<Void> one : working) {
            one.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void aReaderEntersWhileAnotherReads() throws Exception {
        CyclicBarrier allInside = new CyclicBarrier(6);
        List<CompletableFuture<Void>> reading = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            FencingToken reader = FencingToken.read("memory/test/stock", 10 + i);
            reading.add(async(() -> {
                guard.enter(reader);
                guard.run(reader, () -> meet(allInside));
            }));
        }
        for (CompletableFuture<Void> one : reading) {
            one.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void aReaderWaitsForTheWritersEffect() throws Exception {
        guard.enter(token(33));
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Void> effect = async(() -> guard.run(token(33), () -> {
            inside.countDown();
            await(goOn);
        }));
        await(inside);
        CompletableFuture<Void> entering = waiting(FencingToken.read("memory/test/stock", 34));
        goOn.countDown();
        effect.get(10, TimeUnit.SECONDS);
        entering.get(10, TimeUnit.SECONDS);
        assertThat(guard.marks().top()).isEqualTo(34);
    }

    @Test
    void theEffectOfAHolderThatIsRefusedIsNotRun() {
        AtomicBoolean ran = new AtomicBoolean();
        assertThatExceptionOfType(NotEnteredException.class).isThrownBy(() -> guard.run(token(1), () -> ran.set(true)));
        guard.enter(token(2));
        assertThatExceptionOfType(StaleTokenException.class)
                .isThrownBy(() -> guard.call(token(1), () -> ran.getAndSet(true)));
        assertThat(ran).isFalse();
    }

    @Test
    void anEffectThatThrowsLeavesTheGuardUsable() throws Exception {
        guard.enter(token(1));
        assertThatIllegalStateException()
                .isThrownBy(() -> guard.run(token(1), () -> {
                    throw new IllegalStateException("own");
                }));
        async(() -> guard.enter(token(2))).get(10, TimeUnit.SECONDS);
        assertThat(guard.<String>call(token(2), () -> "done")).isEqualTo("done");
    }

    /** It would wait for itself. */
    @Test
    void enterInsideOfAnEffectIsRefused() {
        guard.enter(token(1));
        guard.run(token(1), () -> {
            assertThatIllegalStateException().isThrownBy(() -> guard.enter(token(2)));
            assertThatIllegalStateException().isThrownBy(() -> guard.reset("a/b/c", 2));
            guard.enter(token(1));
            guard.run(token(1), () -> {});
        });
    }

    @Test
    void theGuaranteeIsOfThisProcess() {
        assertThat(guard.guarantees().level()).isEqualTo(Level.ATOMIC_IN_PROCESS);
        assertThat(List.of(guard.resource(), guard.marks().issuer().isEmpty())).containsExactly("stock", true);
    }

    private static FencingToken token(long value) {
        return FencingToken.exclusive("memory/test/stock", value);
    }

    private static CompletableFuture<Void> async(Runnable work) {
        return CompletableFuture.runAsync(work, task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            thread.start();
        });
    }

    private static void meet(CyclicBarrier all) {
        try {
            all.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
