package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.fencing.FenceGuarantee.Level;
import dev.pawl.fencing.FencingToken;
import dev.pawl.fencing.NotEnteredException;
import dev.pawl.fencing.StaleTokenException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a guard owes to the resource behind it: no lost update, by pauses that are aimed and by races. */
abstract class FenceEffectTests {

    static final String ISSUER = "tck/fences/lock";

    private static final int THREADS = 4;

    /** How long an effect that is paused waits for a later holder, who may have to wait for the effect. */
    private static final long PAUSE_MILLIS = 100;

    /**
     * Opens a resource of this test. Each call stands for a new process: nothing but the resource itself is shared. Closing
     * what it holds is left to the subclass, after each test.
     *
     * @param resource its name, 1 to 512 bytes of any UTF-8; one that was not opened before is new
     * @return the resource
     * @throws Exception if it cannot be opened, which fails the test
     */
    protected abstract FencedNumber open(String resource) throws Exception;

    /** The schedule by which a check on writes alone loses the update of the one who is paused, or of the other. */
    @Test
    final void whoReadBeforeALaterHolderEnteredDoesNotWrite() throws Exception {
        String resource = newResource();
        FencedNumber paused = open(resource);
        paused.guard().enter(exclusive(33));
        long seenByPaused = paused.read();
        FencedNumber later = open(resource);
        later.guard().enter(exclusive(34));
        long seenByLater = later.read();
        assertThatExceptionOfType(StaleTokenException.class)
                .isThrownBy(() -> paused.update(exclusive(33), old -> seenByPaused + 1));
        later.update(exclusive(34), old -> seenByLater + 10);
        assertThat(open(resource).read()).isEqualTo(10);
    }

    @Test
    final void anUpdateIsRefusedWithoutEnter() throws Exception {
        FencedNumber number = open(newResource());
        assertThatExceptionOfType(NotEnteredException.class).isThrownBy(() -> number.update(exclusive(33), old -> 99));
        number.guard().enter(exclusive(33));
        assertThatExceptionOfType(NotEnteredException.class).isThrownBy(() -> number.update(exclusive(34), old -> 99));
        assertThat(number.read()).isZero();
        number.update(exclusive(33), old -> old + 1);
        assertThat(number.read()).isEqualTo(1);
    }

    /** The holder is paused between the check and the effect: the later one sees the effect, or it never happens. */
    @Test
    final void noEffectOfAnOlderHolderFollowsTheReadOfALaterOne() throws Exception {
        String resource = newResource();
        FencedNumber older = open(resource);
        requireAtomic(older);
        FencedNumber later = open(resource);
        older.guard().enter(exclusive(33));
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch laterHasRead = new CountDownLatch(1);
        List<Boolean> applied = Threads.inParallel(List.of(33, 34), value -> {
            if (value == 33) {
                return updated(older, exclusive(33), old -> {
                    inside.countDown();
                    pause(laterHasRead, PAUSE_MILLIS);
                    return old + 1;
                });
            }
            assertThat(pause(inside, 60_000))
                    .as("the older holder's effect began")
                    .isTrue();
            later.guard().enter(exclusive(34));
            long seen = later.read();
            laterHasRead.countDown();
            return updated(later, exclusive(34), old -> seen + 10);
        });
        assertThat(applied.get(1)).isTrue();
        assertThat(open(resource).read()).isEqualTo(applied.get(0) ? 11 : 10);
    }

    @Test
    final void noUpdateIsLostAmongManyWhoReplaceEachOther() throws Exception {
        String resource = newResource();
        List<FencedNumber> numbers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            numbers.add(open(resource));
        }
        requireAtomic(numbers.get(0));
        AtomicLong grants = new AtomicLong();
        List<Integer> applied = Threads.inParallel(numbers, number -> (int) IntStream.range(0, 40)
                .filter(i -> {
                    FencingToken token = exclusive(grants.incrementAndGet());
                    try {
                        number.guard().enter(token);
                    } catch (StaleTokenException e) {
                        return false;
                    }
                    long seen = number.read();
                    return updated(number, token, old -> seen + 1);
                })
                .count());
        int sum = applied.stream().mapToInt(Integer::intValue).sum();
        assertThat(sum).isPositive();
        assertThat(open(resource).read()).isEqualTo(sum);
    }

    static String newResource() {
        return "tck-" + UUID.randomUUID();
    }

    static FencingToken exclusive(long value) {
        return FencingToken.exclusive(ISSUER, value);
    }

    private static boolean updated(
            FencedNumber number, FencingToken token, java.util.function.LongUnaryOperator change) {
        try {
            number.update(token, change);
            return true;
        } catch (StaleTokenException e) {
            return false;
        }
    }

    private static boolean pause(CountDownLatch latch, long millis) {
        try {
            return latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void requireAtomic(FencedNumber number) {
        assumeTrue(
                number.guard().guarantees().level() != Level.EARLY_REFUSAL,
                "the guard does not promise to be atomic with the effect");
    }
}
