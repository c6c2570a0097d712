package dev.pawl.lock.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class StateTest {

    private static final LockResource LOCK = new LockResource(LockResource.Kind.LOCK, "a");
    private static final LockResource PERMITS = new LockResource(LockResource.Kind.SEMAPHORE, "a");
    private static final Duration LEASE = Duration.ofSeconds(1);

    private static AcquireRequest request(String attempt) {
        LockTerms terms = new LockTerms(FencingToken.Kind.EXCLUSIVE, 1, LEASE, Duration.ofMillis(500));
        return new AcquireRequest(LOCK, attempt, terms, 0, true);
    }

    private static AcquireRequest permit(String attempt, int permits) {
        LockTerms terms = new LockTerms(FencingToken.Kind.PERMIT, permits, LEASE, Duration.ZERO);
        return new AcquireRequest(PERMITS, attempt, terms, 0, true);
    }

    private static Grant grant(String attempt, long base) {
        return new Grant(LOCK, FencingToken.Kind.EXCLUSIVE, attempt, base);
    }

    private static State lock(long now, String holder, long until, String more) {
        return new State(false, now, 7, holder, until, more);
    }

    @Test
    void aLeaseEndsWithTheMicrosecondThatItNames() {
        assertThat(lock(99, "h", 100, "").acquire(request("a"), "-"))
                .isEqualTo(new AcquireAnswer.Taken(Duration.ofNanos(1_000)));
        assertThat(lock(100, "h", 100, "").acquire(request("a"), "-")).isEqualTo(new AcquireAnswer.Granted(100, 100));
    }

    @Test
    void theBaseIsTheClockOrOneMoreThanTheLast() {
        assertThat(lock(8, "", 0, "").acquire(request("a"), "-")).isEqualTo(new AcquireAnswer.Granted(8, 8));
        assertThat(lock(5, "", 0, "").acquire(request("a"), "-")).isEqualTo(new AcquireAnswer.Granted(8, 8));
    }

    @Test
    void aGrantLastsForLeaseAndDelayAndIsNeverCutShort() {
        State state = lock(10, "", 0, "");
        state.acquire(request("a"), "-");
        assertThat(state.holder()).isEqualTo("a");
        assertThat(state.until()).isEqualTo(1_500_010);
        State longer = lock(10, "a", 9_000_000, "");
        assertThat(longer.acquire(request("a"), "-")).isEqualTo(new AcquireAnswer.Granted(7, 7));
        assertThat(longer.until()).isEqualTo(9_000_000);
    }

    @Test
    void linesAreReadAsTheyAreWritten() {
        String more = "w x 50 ch\nw y 60 -\nd z 70\n";
        State state = lock(10, "h", 40, more);
        assertThat(state.more()).isEqualTo(more);
        assertThat(state.moreUntil()).isEqualTo(70);
        assertThat(lock(60, "h", 40, more).more()).isEqualTo("d z 70\n");
        assertThat(lock(70, "h", 40, more).moreUntil()).isZero();
        assertThatThrownBy(() -> lock(10, "h", 40, "q x 50\n")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whoIsWokenGoesBehindTheOthersAndWhoDoesNotListenIsPassedOver() {
        State state = lock(10, "h", 40, "w x 50 -\nw y 60 one\nw z 60 two\n");
        assertThat(state.release(grant("h", 7), Duration.ZERO)).isTrue();
        assertThat(state.wakeNext()).contains(new State.Wake("one", "y"));
        assertThat(state.more()).isEqualTo("w x 50 -\nw z 60 two\nw y 60 one\n");
        State deaf = lock(10, "h", 40, "w x 50 -\n");
        deaf.release(grant("h", 7), Duration.ZERO);
        assertThat(deaf.wakeNext()).isEqualTo(Optional.empty());
    }

    @Test
    void whoLeavesTheQueueOfAFreeLockHandsTheWakeOn() {
        State free = lock(10, "", 0, "w x 50 one\nw y 60 two\n");
        assertThat(free.release(grant("x", 0), Duration.ZERO)).isFalse();
        assertThat(free.wakeNext()).contains(new State.Wake("two", "y"));
        State held = lock(10, "h", 40, "w x 50 one\nw y 60 two\n");
        held.release(grant("x", 0), Duration.ZERO);
        assertThat(held.wakeNext()).isEqualTo(Optional.empty());
        State stranger = lock(10, "", 0, "w y 60 two\n");
        stranger.release(grant("x", 0), Duration.ZERO);
        assertThat(stranger.wakeNext()).isEqualTo(Optional.empty());
        State permits = new State(true, 10, 5, "", 0, "h h 50 3\nw x 50 one\nw y 60 two\n");
        permits.release(new Grant(PERMITS, FencingToken.Kind.PERMIT, "x", 0), Duration.ZERO);
        assertThat(permits.wakeNext()).contains(new State.Wake("two", "y"));
    }

    @Test
    void askingAgainKeepsTheTurn() {
        State state = lock(10, "h", 40, "w x 50 one\nw y 60 one\n");
        state.acquire(request("x"), "two");
        assertThat(state.more()).isEqualTo("w x 1000010 two\nw y 60 one\n");
    }

    @Test
    void whatChangesNothingIsNotWritten() {
        State state = lock(10, "h", 40, "");
        assertThat(state.release(grant("x", 0), Duration.ZERO)).isFalse();
        assertThat(state.stands(grant("h", 7))).isTrue();
        assertThat(state.renew(grant("h", 6), request("h").terms())).isFalse();
        assertThat(state.refuse(grant("x", 7))).isFalse();
        assertThat(state.isChanged()).isFalse();
    }

    @Test
    void aHolderThatIsRefusedIsNotRenewedAndKeepsItsLease() {
        State state = lock(10, "h", 40, "");
        assertThat(state.refuse(grant("h", 7))).isTrue();
        assertThat(state.refuse(grant("h", 7))).isFalse();
        assertThat(state.renew(grant("h", 7), request("h").terms())).isFalse();
        assertThat(state.acquire(request("h"), "-")).isEqualTo(new AcquireAnswer.Ended());
        assertThat(state.until()).isEqualTo(40);
        assertThat(state.more()).isEqualTo("d h 40\n");
    }

    @Test
    void permitsAreLinesAndTheFloorIsTheLeastOfThem() {
        State state = new State(true, 10, 5, "", 0, "h x 50 3\nh y 60 4\nh dead 10 2\n");
        assertThat(state.acquire(permit("z", 2), "-")).isEqualTo(new AcquireAnswer.Taken(Duration.ofNanos(40_000)));
        assertThat(state.acquire(permit("z", 3), "-")).isEqualTo(new AcquireAnswer.Granted(10, 3));
        assertThat(state.more()).isEqualTo("h x 50 3\nh y 60 4\nh z 1000010 10\n");
        assertThat(state.moreUntil()).isEqualTo(1_000_010);
        assertThat(state.holder()).isEmpty();
        assertThat(state.until()).isZero();
    }

    @Test
    void aTakeOverNeedsTheGrantThatItNames() {
        assertThat(lock(10, "h", 40, "").takeOver(request("a"), grant("h", 6)))
                .isEqualTo(new AcquireAnswer.Taken(Duration.ofNanos(30_000)));
        State state = lock(10, "h", 40, "");
        assertThat(state.takeOver(request("a"), grant("h", 7))).isEqualTo(new AcquireAnswer.Granted(10, 10));
        assertThat(state.takeOver(request("a"), grant("h", 7))).isEqualTo(new AcquireAnswer.Granted(10, 10));
        assertThat(lock(10, "h", 40, "d a 50\n").takeOver(request("a"), grant("h", 7)))
                .isEqualTo(new AcquireAnswer.Ended());
    }
}
