package dev.pawl.lock.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.common.BackendException;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.lock.spi.LockFeature;
import dev.pawl.lock.spi.LockGuarantees;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockSession;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the kit does not ask of the in-memory backend, since it takes a clock that the test moves. */
final class InMemoryLockBackendTest {

    private static final LockTerms TERMS =
            new LockTerms(FencingToken.Kind.EXCLUSIVE, 1, Duration.ofSeconds(1), Duration.ZERO);

    private long now = Long.MAX_VALUE - 500_000_000;
    private final InMemoryLockBackend backend = new InMemoryLockBackend(() -> now);
    private final LockSession session = backend.open("s", new GrantListener() {
        @Override
        public void granted(String attempt, long stamp, AcquireAnswer.Granted answer) {}

        @Override
        public void wake(String attempt) {}

        @Override
        public void missed() {}
    });

    private AcquireAnswer ask(String name, String attempt) {
        LockResource resource = new LockResource(LockResource.Kind.LOCK, name);
        return session.acquire(new AcquireRequest(resource, attempt, TERMS, 0, true))
                .toCompletableFuture()
                .join();
    }

    @Test
    void aLeaseEndsAtItsMomentThoughTheClockOverflows() {
        assertThat(ask("a", "one")).isEqualTo(new AcquireAnswer.Granted(1, 1));
        now += 999_999_999;
        assertThat(ask("a", "two")).isEqualTo(new AcquireAnswer.Taken(Duration.ofNanos(1)));
        now += 1;
        assertThat(ask("a", "two")).isEqualTo(new AcquireAnswer.Granted(2, 2));
        assertThat(backend.size()).isEqualTo(1);
    }

    @Test
    void aResourceIsForgottenWithItsRelease() {
        ask("a", "one");
        LockResource resource = new LockResource(LockResource.Kind.LOCK, "a");
        session.release(new Grant(resource, FencingToken.Kind.EXCLUSIVE, "one", 1), Duration.ZERO);
        assertThat(backend.entries()).isZero();
    }

    @Test
    void resourcesThatNobodyAsksForAgainAreForgotten() {
        for (int i = 0; i < 10_000; i++) {
            ask("a" + i, "attempt-" + i);
            now += 10_000_000;
        }
        assertThat(backend.entries()).isLessThanOrEqualTo(2_000);
        now += 2_000_000_000L;
        assertThat(backend.size()).isZero();
    }

    @Test
    void aTombstoneIsNotShortenedByALaterOne() {
        LockResource resource = new LockResource(LockResource.Kind.LOCK, "a");
        Grant attempt = new Grant(resource, FencingToken.Kind.EXCLUSIVE, "one", 0);
        session.release(attempt, Duration.ofSeconds(5));
        session.release(attempt, Duration.ofSeconds(1));
        session.release(attempt, Duration.ZERO);
        now += 4_999_999_999L;
        assertThat(ask("a", "one")).isEqualTo(new AcquireAnswer.Ended());
        now += 1;
        assertThat(ask("a", "one")).isInstanceOf(AcquireAnswer.Granted.class);
    }

    @Test
    void aTakeOverThatComesAfterItsTombstoneIsRefused() {
        LockResource resource = new LockResource(LockResource.Kind.LOCK, "a");
        ask("a", "dead");
        Grant dead = new Grant(resource, FencingToken.Kind.EXCLUSIVE, "dead", 1);
        session.release(new Grant(resource, FencingToken.Kind.EXCLUSIVE, "late", 0), Duration.ofSeconds(5));

        assertThat(takeOver("late", dead)).isEqualTo(new AcquireAnswer.Ended());
        assertThat(session.verify(dead).toCompletableFuture().join()).isTrue();
        assertThat(takeOver("other", dead)).isEqualTo(new AcquireAnswer.Granted(2, 2));
    }

    @Test
    void aTakeOverThatIsAskedAgainDoesNotReviveAHolderWhoIsRefused() {
        LockResource resource = new LockResource(LockResource.Kind.LOCK, "a");
        ask("a", "dead");
        Grant dead = new Grant(resource, FencingToken.Kind.EXCLUSIVE, "dead", 1);
        assertThat(takeOver("two", dead)).isEqualTo(new AcquireAnswer.Granted(2, 2));
        Grant taken = new Grant(resource, FencingToken.Kind.EXCLUSIVE, "two", 2);
        backend.administration().refuse(taken);

        now += 500_000_000;
        assertThat(takeOver("two", dead)).isEqualTo(new AcquireAnswer.Ended());
        now += 500_000_000;
        assertThat(ask("a", "three")).isEqualTo(new AcquireAnswer.Granted(3, 3));
    }

    private AcquireAnswer takeOver(String attempt, Grant from) {
        return backend.administration()
                .takeOver(new AcquireRequest(from.resource(), attempt, TERMS, 0, false), from)
                .toCompletableFuture()
                .join();
    }

    @Test
    void whatIsOutOfBoundsIsRefused() {
        assertThatThrownBy(() -> new LockTerms(FencingToken.Kind.READ, 2, Duration.ofSeconds(1), Duration.ZERO))
                .hasMessage("permits must be in [1, 1]: permits=2");
        assertThatThrownBy(() -> new LockTerms(FencingToken.Kind.PERMIT, 0, Duration.ofSeconds(1), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LockTerms(FencingToken.Kind.READ, 1, Duration.ZERO, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LockTerms(FencingToken.Kind.READ, 1, Duration.ofSeconds(1), Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AcquireAnswer.Granted(0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AcquireAnswer.Granted(1L << 53, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AcquireAnswer.Granted(5, 6)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AcquireAnswer.Granted(5, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(new AcquireAnswer.Granted(AcquireAnswer.GREATEST_BASE, 1).base() << 10)
                .isPositive();
        LockGuarantees guarantees = new LockGuarantees("x", Set.of(LockFeature.FAIR), "a", "b");
        guarantees.require(LockFeature.FAIR);
        assertThatThrownBy(() -> guarantees.require(LockFeature.ADMIN))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("docs/guarantees.md");
    }

    @Test
    void aClosedSessionFails() {
        session.close();
        assertThatThrownBy(() -> ask("a", "one")).hasCauseInstanceOf(BackendException.class);
    }
}
