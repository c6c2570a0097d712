package dev.pawl.chaos;

import dev.pawl.common.CoordinationException;
import dev.pawl.common.Ticker;
import dev.pawl.fencing.FencingToken;
import dev.pawl.fencing.InMemoryFenceGuard;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The resource that jobs change, over TCP: one guarded thing for each id that a job can have. It also tells producers how fast to be, and
 * everybody when it is the end. It can catch the next effect: it is on its way then, and arrives, or is lost, when it is let go.
 * Thread-safe.
 */
final class JobEffects implements AutoCloseable {

    static final String EFFECT = "EFFECT";
    static final String PACE = "PACE";
    static final String PRODUCER = "p";

    private static final String ISSUER = "jobs";

    private final LineServer server;
    private final Map<String, InMemoryFenceGuard> guards = new HashMap<>();
    private final List<Effect> effects = new ArrayList<>();
    private final Set<String> done = new HashSet<>();
    private final AtomicReference<@Nullable Trap> trap = new AtomicReference<>();
    private volatile int rate;
    private volatile boolean producersEnd;
    private volatile boolean workersEnd;

    /** What arrived, in that order, and whether the guard let it through. */
    record Effect(long nanos, String process, String key, String id, long token, boolean accepted) {}

    /** An effect on its way. */
    record Caught(String process, String key, long token, AtomicReference<Boolean> arrives, CountDownLatch gone) {

        void letGo() {
            gone.countDown();
        }

        /** It never arrives: whoever sent it is dead. */
        void drop() {
            arrives.set(false);
            gone.countDown();
        }
    }

    private record Trap(AtomicReference<@Nullable Caught> caught) {}

    JobEffects() throws IOException {
        server = new LineServer(() -> this::answer);
    }

    int port() {
        return server.port();
    }

    /** Jobs a second of each producer from now on. */
    void pace(int perProducer) {
        rate = perProducer;
    }

    void endProducers() {
        producersEnd = true;
    }

    void endWorkers() {
        workersEnd = true;
    }

    /** Waits for the first effect of a job, and holds it back. */
    Caught catchEffect() {
        Trap set = new Trap(new AtomicReference<>());
        trap.set(set);
        Await.until("a job has an effect", Await.PATIENCE, () -> set.caught.get() != null);
        Caught caught = set.caught.get();
        if (caught == null) {
            throw new IllegalStateException();
        }
        return caught;
    }

    /** How many jobs have had their effect. */
    synchronized int done() {
        return done.size();
    }

    synchronized boolean isDone(String key) {
        return done.contains(key);
    }

    synchronized boolean isRefused(String key, long token) {
        return effects.stream().anyMatch(effect -> !effect.accepted && effect.key.equals(key) && effect.token == token);
    }

    /** How many effects have arrived. */
    synchronized int size() {
        return effects.size();
    }

    /** All that arrived. */
    synchronized List<Effect> effects() {
        return List.copyOf(effects);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private String answer(String line) throws InterruptedException {
        String[] words = line.split(" ");
        if (words[0].equals(PACE)) {
            boolean end = words[1].startsWith(PRODUCER) ? producersEnd : workersEnd;
            return (end ? CounterConnection.LAST : CounterConnection.OK) + " " + rate;
        }
        return effect(words[1], words[2], words[3], Long.parseLong(words[4]))
                ? CounterConnection.OK + " 0"
                : CounterConnection.REFUSED + " 0";
    }

    private boolean effect(String process, String key, String id, long token) throws InterruptedException {
        // One that was done before, and whose acknowledgement was not, would show nothing.
        Trap set = isDone(key) ? null : trap.getAndSet(null);
        if (set != null) {
            Caught caught = new Caught(process, key, token, new AtomicReference<>(true), new CountDownLatch(1));
            set.caught.set(caught);
            caught.gone.await();
            if (!caught.arrives.get()) {
                return false;
            }
        }
        return apply(process, key, id, token);
    }

    private synchronized boolean apply(String process, String key, String id, long token) {
        boolean accepted = token == 0 || passes(id, token);
        effects.add(new Effect(Ticker.system().nanos(), process, key, id, token, accepted));
        if (accepted) {
            done.add(key);
        }
        return accepted;
    }

    private boolean passes(String id, long token) {
        try {
            guards.computeIfAbsent(id, InMemoryFenceGuard::of).enter(FencingToken.exclusive(ISSUER, token));
            return true;
        } catch (CoordinationException e) {
            return false;
        }
    }
}
