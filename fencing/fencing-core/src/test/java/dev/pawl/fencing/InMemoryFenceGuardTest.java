package dev.pawl.fencing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.pawl.fencing.FenceGuarantee.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
        Thread entering = new Thread(() -> guard.enter(token(34)));
        entering.start();
        while (entering.getState() != Thread.State.WAITING) {
            assertThat(entering.getState()).as("enter waits").isNotEqualTo(Thread.State.TERMINATED);
            Thread.onSpinWait();
        }
        assertThat(guard.marks().top()).isEqualTo(33);
        goOn.countDown();
        effect.get(10, TimeUnit.SECONDS);
        entering.join(10_000);
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
        assertThat(async(() -> guard.enter(token(32)))).failsWithin(java.time.Duration.ofSeconds(10));
        goOn.countDown();
        effect.get(10, TimeUnit.SECONDS);
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

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
