package dev.pawl.lock.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.lock.spi.LockBackend;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockSession;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A session whose requests a test writes by hand. */
final class Client implements GrantListener {

    static final Duration LONG = Duration.ofMinutes(2);

    /** A statement's time limit where it is not what a test is about: the disk of a test machine may stall for seconds. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    final LockSession session;
    final Queue<String> woken = new ConcurrentLinkedQueue<>();
    final AtomicInteger missed = new AtomicInteger();

    Client(LockBackend backend) {
        session = backend.open("client-" + UUID.randomUUID(), this);
    }

    static LockResource lock(String name) {
        return new LockResource(LockResource.Kind.LOCK, name);
    }

    static String attempt() {
        return "a-" + UUID.randomUUID();
    }

    static LockTerms terms(Duration lease) {
        return new LockTerms(FencingToken.Kind.EXCLUSIVE, 1, lease, Duration.ZERO);
    }

    static Grant grant(String name, String attempt, long base) {
        return new Grant(lock(name), FencingToken.Kind.EXCLUSIVE, attempt, base);
    }

    CompletionStage<AcquireAnswer> ask(String name, String attempt, boolean queued) {
        return session.acquire(new AcquireRequest(lock(name), attempt, terms(LONG), 0, queued));
    }

    long granted(String name, String attempt) {
        AcquireAnswer answer = Await.value(ask(name, attempt, false));
        assertThat(answer).isInstanceOf(AcquireAnswer.Granted.class);
        return ((AcquireAnswer.Granted) answer).base();
    }

    Duration taken(String name, String attempt, boolean queued) {
        AcquireAnswer answer = Await.value(ask(name, attempt, queued));
        assertThat(answer).isInstanceOf(AcquireAnswer.Taken.class);
        return ((AcquireAnswer.Taken) answer).freeWithin();
    }

    boolean renew(String name, String attempt, long base) {
        return Await.value(session.renew(grant(name, attempt, base), terms(LONG)));
    }

    boolean verify(String name, String attempt, long base) {
        return Await.value(session.verify(grant(name, attempt, base)));
    }

    boolean release(String name, String attempt, long base) {
        return release(name, attempt, base, Duration.ZERO);
    }

    boolean release(String name, String attempt, long base, Duration tombstone) {
        return Await.value(session.release(grant(name, attempt, base), tombstone));
    }

    @Override
    public void granted(String attempt, long stamp, AcquireAnswer.Granted answer) {
        throw new AssertionError("this store does not grant by message");
    }

    @Override
    public void wake(String attempt) {
        woken.add(attempt);
    }

    @Override
    public void missed() {
        missed.incrementAndGet();
    }
}
