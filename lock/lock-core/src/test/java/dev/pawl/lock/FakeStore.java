package dev.pawl.lock;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.lock.spi.LockBackend;
import dev.pawl.lock.spi.LockFeature;
import dev.pawl.lock.spi.LockGuarantees;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockSession;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.assertj.core.api.Assertions;

/** A store whose answers the test gives by hand. */
final class FakeStore implements LockBackend, LockSession {

    /** A request that was sent. */
    record Call(String what, AcquireRequest request, Grant grant, Duration tombstone, CompletableFuture<Object> stage) {

        void grant(long base) {
            stage.complete(new AcquireAnswer.Granted(base, base));
        }

        void taken(Duration freeWithin) {
            stage.complete(new AcquireAnswer.Taken(freeWithin));
        }

        void answer(boolean yes) {
            stage.complete(yes);
        }

        void fail(Outcome outcome) {
            stage.completeExceptionally(new BackendException("planned", outcome, null));
        }
    }

    final Deque<Call> calls = new ArrayDeque<>();
    GrantListener messages;
    boolean closed;
    private RuntimeException thrown;
    private Runnable meanwhile = () -> {};

    /** Takes the one request that was sent since the last look. */
    Call only(String what) {
        Assertions.assertThat(calls).extracting(Call::what).containsExactly(what);
        return calls.remove();
    }

    void assertQuiet() {
        Assertions.assertThat(calls).isEmpty();
    }

    /** Has the next request throw instead of answering. */
    void throwOnce(RuntimeException e) {
        thrown = e;
    }

    /** Has something happen while the next request is being sent, as if by other threads. */
    void atNextRequest(Runnable what) {
        meanwhile = what;
    }

    @SuppressWarnings("unchecked")
    private <T> CompletionStage<T> sent(String what, AcquireRequest request, Grant grant, Duration tombstone) {
        if (thrown != null) {
            RuntimeException now = thrown;
            thrown = null;
            throw now;
        }
        CompletableFuture<Object> stage = new CompletableFuture<>();
        calls.add(new Call(what, request, grant, tombstone, stage));
        Runnable now = meanwhile;
        meanwhile = () -> {};
        now.run();
        return (CompletionStage<T>) stage;
    }

    @Override
    public CompletionStage<AcquireAnswer> acquire(AcquireRequest request) {
        return sent("acquire", request, null, null);
    }

    @Override
    public CompletionStage<Boolean> renew(Grant grant, LockTerms terms) {
        return sent("renew", null, grant, null);
    }

    @Override
    public CompletionStage<Boolean> verify(Grant grant) {
        return sent("verify", null, grant, null);
    }

    @Override
    public CompletionStage<Boolean> release(Grant grant, Duration tombstone) {
        return sent("release", null, grant, tombstone);
    }

    @Override
    public LockGuarantees guarantees() {
        return new LockGuarantees("fake", EnumSet.allOf(LockFeature.class), "nothing", "nothing");
    }

    @Override
    public String issuer(LockResource resource) {
        return "fake//" + resource;
    }

    @Override
    public LockSession open(String id, GrantListener listener) {
        messages = listener;
        return this;
    }

    @Override
    public void close() {
        closed = true;
    }
}
