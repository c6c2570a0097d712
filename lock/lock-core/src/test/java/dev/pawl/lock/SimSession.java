package dev.pawl.lock;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.lock.spi.LockBackend;
import dev.pawl.lock.spi.LockGuarantees;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockSession;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * One process's way to the store, and back. Requests, answers and messages are slow, get lost, and arrive late or in another
 * order. A request of unknown outcome may be applied late, and twice; one that was answered was applied before its answer.
 */
final class SimSession implements LockBackend, LockSession {

    private static final long MILLIS = 1_000_000;

    private final SimClient client;
    private final LockSimulation simulation;
    private final SimScheduler scheduler;
    private final SplittableRandom random;

    private LockSession store;
    private GrantListener listener;
    private long cutUntil;
    private boolean closed;

    SimSession(SimClient client) {
        this.client = client;
        this.simulation = client.simulation;
        this.scheduler = simulation.scheduler;
        this.random = simulation.random;
    }

    @Override
    public LockSession open(String id, GrantListener told) {
        listener = simulation.defect.listener(client, told);
        store = simulation.backend.open(id, new Messages());
        return simulation.defect.session(client, this);
    }

    /** Lets nothing pass for some time. */
    void cut(long nanos) {
        simulation.saw(SimSeen.CUT);
        simulation.log(() -> client + " is cut off for " + nanos / MILLIS + " ms");
        cutUntil = scheduler.now() + nanos;
        client.deliver(nanos, () -> listener.missed());
    }

    @Override
    public CompletionStage<AcquireAnswer> acquire(AcquireRequest request) {
        return send("asks for " + request.attempt(), () -> {
            AcquireAnswer answer = store.acquire(request).toCompletableFuture().join();
            simulation.applied(request, answer);
            return answer;
        });
    }

    @Override
    public CompletionStage<Boolean> renew(Grant grant, LockTerms terms) {
        if (!client.isDead() && simulation.releasesSent.contains(grant.attempt())) {
            simulation.fail(SimCheck.RENEWAL_STOPS, client + " renews " + grant + " after its release");
        }
        return send(
                "renews " + grant,
                () -> store.renew(grant, terms).toCompletableFuture().join());
    }

    @Override
    public CompletionStage<Boolean> verify(Grant grant) {
        return send(
                "verifies " + grant,
                () -> store.verify(grant).toCompletableFuture().join());
    }

    @Override
    public CompletionStage<Boolean> release(Grant grant, Duration tombstone) {
        if (!client.isDead()) {
            simulation.releasesSent.add(grant.attempt());
        }
        return send("releases " + grant, () -> {
            simulation.releasesApplied.add(grant.attempt());
            return store.release(grant, tombstone).toCompletableFuture().join();
        });
    }

    @Override
    public void close() {
        closed = true;
    }

    private <T> CompletionStage<T> send(String what, Supplier<T> step) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (client.isDead()) {
            return answer;
        }
        if (closed || fails(10)) {
            long soon = closed ? 0 : random.nextLong(2 * MILLIS);
            client.deliver(soon, () -> refuse(answer, Outcome.NOT_APPLIED));
            return answer;
        }
        Supplier<T> effect = () -> {
            T result = step.get();
            simulation.log(() -> client + " " + what + ": " + result);
            return result;
        };
        boolean requestLost = fails(4) || scheduler.now() < cutUntil;
        boolean answerLost = fails(4);
        boolean twice = fails(4);
        if (twice) {
            scheduler.after(delay(), effect::get);
        }
        if (!requestLost) {
            scheduler.after(delay(), () -> {
                T result = effect.get();
                // What was applied twice must not be answered before it is: then nothing is under way any more.
                if (!answerLost && !twice && scheduler.now() >= cutUntil) {
                    client.deliver(delay(), () -> answer.complete(result));
                }
            });
        }
        long timeout = (simulation.setup.leaseMillis() / 2 + 100) * MILLIS;
        client.deliver(timeout, () -> refuse(answer, Outcome.UNKNOWN));
        return answer;
    }

    private boolean fails(int oneOf) {
        return simulation.isChaotic() && random.nextInt(1_000 * oneOf) < simulation.setup.failing();
    }

    private long delay() {
        if (simulation.isChaotic() && random.nextInt(1_000) < simulation.setup.failing()) {
            return random.nextLong(1 + simulation.setup.lateMillis() * MILLIS);
        }
        return random.nextLong(random.nextInt(8) == 0 ? 20 * MILLIS : MILLIS);
    }

    private <T> void refuse(CompletableFuture<T> answer, Outcome outcome) {
        if (!answer.isDone()) {
            answer.completeExceptionally(new BackendException("simulated", outcome, null));
        }
    }

    @Override
    public LockGuarantees guarantees() {
        return simulation.backend.guarantees();
    }

    @Override
    public String issuer(LockResource resource) {
        return simulation.backend.issuer(resource);
    }

    /** Messages on their way from the store. */
    private final class Messages implements GrantListener {
        @Override
        public void granted(String attempt, long stamp, AcquireAnswer.Granted answer) {
            simulation.log(() -> "the store grants " + answer.base() + " to " + attempt);
            simulation.grantedInQueue(attempt);
            if (fails(2) || scheduler.now() < cutUntil) {
                return;
            }
            int copies = fails(2) ? 2 : 1;
            for (int i = 0; i < copies; i++) {
                client.deliver(delay(), () -> listener.granted(attempt, stamp, answer));
            }
        }

        @Override
        public void wake(String attempt) {
            client.deliver(delay(), () -> listener.wake(attempt));
        }

        @Override
        public void missed() {
            client.deliver(delay(), () -> listener.missed());
        }
    }
}
