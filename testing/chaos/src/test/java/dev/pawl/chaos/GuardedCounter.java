package dev.pawl.chaos;

import dev.pawl.common.CoordinationException;
import dev.pawl.fencing.FencingToken;
import dev.pawl.fencing.InMemoryFenceGuard;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The resource: a number that workers read, and write anew, over TCP. With a guard a reader enters with his token first, and a
 * write is checked as one step with its effect; without one, everybody may. It can catch the next reader: his reply is held
 * back, so that a fault can be aimed at a process that is in the middle of its section, and that goes on from there when it is let go. Thread-safe.
 */
final class GuardedCounter implements AutoCloseable {

    private final LineServer server;
    private final @Nullable InMemoryFenceGuard guard;
    private final AtomicReference<@Nullable Trap> trap = new AtomicReference<>();
    private final List<Access> accepted = new ArrayList<>();
    private final Set<String> ended = ConcurrentHashMap.newKeySet();
    private long number;
    private volatile long writes;
    private volatile boolean ending;

    /** What was let through, in that order: a read or a write, with its token or 0. */
    record Access(boolean write, String contender, long attempt, long token) {

        String key() {
            return contender + "#" + attempt;
        }
    }

    /** A reader in the middle of his section, whose reply waits until he is let go. */
    record Caught(String contender, long attempt, long token, CountDownLatch gone) {

        String process() {
            return contender.substring(0, contender.indexOf('.'));
        }

        String key() {
            return contender + "#" + attempt;
        }

        void letGo() {
            gone.countDown();
        }
    }

    private record Trap(AtomicReference<@Nullable Caught> caught) {}

    private record Request(
            boolean write,
            String contender,
            long attempt,
            long number,
            @Nullable FencingToken token) {

        static Request parse(String line) {
            String[] words = line.split(" ");
            return new Request(
                    words[0].equals("WRITE"),
                    words[1],
                    Long.parseLong(words[2]),
                    Long.parseLong(words[3]),
                    words[4].equals("-") ? null : FencingToken.parse(words[4]));
        }

        Access access() {
            return new Access(write, contender, attempt, token == null ? 0 : token.value());
        }
    }

    GuardedCounter(boolean guarded) throws IOException {
        guard = guarded ? InMemoryFenceGuard.of("counter") : null;
        server = new LineServer(this::answers);
    }

    int port() {
        return server.port();
    }

    boolean isGuarded() {
        return guard != null;
    }

    /** Waits for a reader and holds him back. */
    Caught catchReader() {
        Trap set = new Trap(new AtomicReference<>());
        trap.set(set);
        Await.until("somebody reads the counter", Await.PATIENCE, () -> set.caught.get() != null);
        Caught caught = set.caught.get();
        if (caught == null) {
            throw new IllegalStateException();
        }
        return caught;
    }

    /** How many writes were let through. */
    long writes() {
        return writes;
    }

    synchronized long number() {
        return number;
    }

    /** How often somebody was let through. */
    synchronized int accesses() {
        return accepted.size();
    }

    /** Who was let through, from a place on. */
    synchronized List<Access> accepted(int from) {
        return List.copyOf(accepted.subList(from, accepted.size()));
    }

    /** Whether somebody entered after a reader. */
    synchronized boolean isOvertaken(Caught caught) {
        for (int i = accepted.size() - 1; i >= 0; i--) {
            Access access = accepted.get(i);
            if (!access.write) {
                return !access.key().equals(caught.key());
            }
        }
        return false;
    }

    /** Tells each contender with his next write that it was the last one. */
    void end() {
        ending = true;
    }

    /** Who was told. */
    Set<String> ended() {
        return new HashSet<>(ended);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private LineServer.Answers answers() {
        return new LineServer.Answers() {

            private boolean last;

            @Override
            public String to(String line) throws InterruptedException {
                Request request = Request.parse(line);
                last = request.write ? last : ending;
                return request.write ? write(request, last) : read(request);
            }

            @Override
            public void sent(String line, String reply) {
                if (last && reply.startsWith(CounterConnection.LAST)) {
                    ended.add(Request.parse(line).contender);
                }
            }
        };
    }

    private String read(Request request) throws InterruptedException {
        long seen;
        try {
            seen = enter(request);
        } catch (CoordinationException e) {
            return CounterConnection.REFUSED + " 0";
        }
        Trap set = trap.getAndSet(null);
        if (set != null) {
            Caught caught =
                    new Caught(request.contender, request.attempt, request.access().token, new CountDownLatch(1));
            set.caught.set(caught);
            caught.gone.await();
        }
        return CounterConnection.OK + " " + seen;
    }

    private synchronized long enter(Request request) {
        if (guard != null) {
            guard.enter(Objects.requireNonNull(request.token, "token"));
        }
        note(request);
        return number;
    }

    private synchronized String write(Request request, boolean last) {
        try {
            if (guard == null) {
                apply(request);
            } else {
                guard.run(Objects.requireNonNull(request.token, "token"), () -> apply(request));
            }
        } catch (CoordinationException e) {
            return CounterConnection.REFUSED + " 0";
        }
        return (last ? CounterConnection.LAST : CounterConnection.OK) + " 0";
    }

    private void apply(Request request) {
        number = request.number;
        writes++;
        note(request);
    }

    private void note(Request request) {
        accepted.add(request.access());
    }
}
