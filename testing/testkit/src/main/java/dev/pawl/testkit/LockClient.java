package dev.pawl.testkit;

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
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** One client of a lock store, whose requests a test writes by hand. Remembers what must be given back after the test. */
final class LockClient implements GrantListener {

    /** A grant that came as a message. */
    record Message(long stamp, AcquireAnswer.Granted answer) {}

    final LockBackend backend;
    private final Waits waits;
    final LockSession session;
    final Map<String, Message> messages = new ConcurrentHashMap<>();

    private final AtomicLong stamps = new AtomicLong();
    private final Map<String, Attempt> attempts = new ConcurrentHashMap<>();

    LockClient(LockBackend backend, Waits waits) {
        this.backend = backend;
        this.waits = waits;
        this.session = backend.open("tck-" + UUID.randomUUID(), this);
    }

    /** An attempt that nobody has made before. */
    Attempt attempt(LockResource resource, LockTerms terms) {
        Attempt attempt = new Attempt(resource, "tck-" + UUID.randomUUID(), terms);
        attempts.put(attempt.id, attempt);
        return attempt;
    }

    Attempt attempt(LockResource resource, Duration lease) {
        return attempt(resource, alone(lease));
    }

    static LockTerms alone(Duration lease) {
        return new LockTerms(FencingToken.Kind.EXCLUSIVE, 1, lease, Duration.ZERO);
    }

    /** Gives back whatever a test has left. */
    void clear() {
        attempts.values().forEach(attempt -> attempt.release(0));
        attempts.clear();
    }

    /** Forgets what cannot be given back, since the session is closed. */
    void forget() {
        attempts.clear();
    }

    @Override
    public void granted(String attempt, long stamp, AcquireAnswer.Granted answer) {
        messages.putIfAbsent(attempt, new Message(stamp, answer));
    }

    /** Waiting attempts ask by themselves all the time. */
    @Override
    public void wake(String attempt) {}

    @Override
    public void missed() {}

    /** One attempt of this client. */
    final class Attempt {
        final LockResource resource;
        final String id;
        final LockTerms terms;

        /** The base of the newest answer that granted it. */
        long base;

        private Attempt(LockResource resource, String id, LockTerms terms) {
            this.resource = resource;
            this.id = id;
            this.terms = terms;
        }

        /** The same attempt on other terms. */
        Attempt on(Duration lease) {
            return new Attempt(resource, id, new LockTerms(terms.mode(), terms.permits(), lease, terms.delay()));
        }

        AcquireAnswer ask(boolean queued) {
            AcquireRequest request = new AcquireRequest(resource, id, terms, stamps.incrementAndGet(), queued);
            AcquireAnswer answer = Threads.await(session.acquire(request));
            if (answer instanceof AcquireAnswer.Granted granted) {
                base = granted.base();
            }
            return answer;
        }

        /** Asks, and is granted. */
        AcquireAnswer.Granted granted() {
            AcquireAnswer answer = ask(false);
            assertThat(answer).as("answer to " + this).isInstanceOf(AcquireAnswer.Granted.class);
            return (AcquireAnswer.Granted) answer;
        }

        /** Asks, and is not. */
        AcquireAnswer.Taken taken(boolean queued) {
            AcquireAnswer answer = ask(queued);
            assertThat(answer).as("answer to " + this).isInstanceOf(AcquireAnswer.Taken.class);
            return (AcquireAnswer.Taken) answer;
        }

        /** The stamp of the request that was sent last. */
        long stamp() {
            return stamps.get();
        }

        boolean hasMessage() {
            return messages.containsKey(id);
        }

        /** Waits until the store has granted it, by a message or by an answer; asks at once only if there are no messages. */
        AcquireAnswer.Granted awaitGrant(boolean byMessage) {
            AcquireAnswer.Granted[] granted = new AcquireAnswer.Granted[1];
            waits.await(this + " is granted", () -> {
                Message message = messages.get(id);
                if (message != null) {
                    granted[0] = message.answer;
                } else if (!byMessage && ask(true) instanceof AcquireAnswer.Granted answer) {
                    granted[0] = answer;
                }
                return granted[0] != null;
            });
            base = granted[0].base();
            return granted[0];
        }

        boolean renew() {
            return Threads.await(session.renew(grant(base), terms));
        }

        boolean verify() {
            return verify(base);
        }

        boolean verify(long shown) {
            return Threads.await(session.verify(grant(shown)));
        }

        boolean release() {
            return release(base);
        }

        boolean release(long shown) {
            return release(shown, Duration.ZERO);
        }

        boolean release(long shown, Duration tombstone) {
            return Threads.await(session.release(grant(shown), tombstone));
        }

        Grant grant(long shown) {
            return new Grant(resource, terms.mode(), id, shown);
        }

        @Override
        public String toString() {
            return "attempt " + id + " on " + resource + " as " + terms.mode();
        }
    }
}
