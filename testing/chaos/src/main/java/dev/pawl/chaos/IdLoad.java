package dev.pawl.chaos;

import dev.pawl.chaos.IdConnection.Refusal;
import dev.pawl.chaos.IdConnection.RefusedException;
import dev.pawl.chaos.IdHistory.Recording;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that take ids as fast as they are told, each on a connection and a thread of its own, and write what they got
 * into histories. Before a fault comes, {@link #faultComes()} must be called: a connection that breaks earlier is an error.
 */
public final class IdLoad implements AutoCloseable {

    private static final Duration PAUSE_AFTER_REFUSAL = Duration.ofMillis(20);

    private final ServiceProcess service;
    private final int life;
    private final List<Thread> threads = new ArrayList<>();
    private final List<IdConnection> connections = new ArrayList<>();
    private final AtomicInteger broken = new AtomicInteger();
    private final AtomicLong refused = new AtomicLong();
    private final Map<String, Map<Refusal, Long>> refusals = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private volatile boolean faultComes;
    private volatile boolean stopping;

    /**
     * What became of the clients.
     *
     * @param broken requests without a complete answer
     * @param refused requests answered with something else than ids
     */
    public record Outcome(int broken, long refused) {}

    /**
     * Prepares clients of one life.
     *
     * @param service the service
     * @param life the life's number in the histories
     */
    public IdLoad(ServiceProcess service, int life) {
        this.service = service;
        this.life = life;
    }

    /**
     * Starts a client.
     *
     * @param history where its ids go
     * @param count ids per request; with 1 it asks for single ids
     * @param pause between two requests
     * @return this
     * @throws IOException if the service does not take the connection
     */
    public IdLoad client(IdHistory history, int count, Duration pause) throws IOException {
        IdConnection connection = service.connect();
        connections.add(connection);
        Recording recording = history.connection(life);
        Thread thread = new Thread(
                () -> run(connection, history.generator(), recording, count, pause),
                "load " + history.generator() + " x" + count);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return this;
    }

    private void run(IdConnection connection, String generator, Recording recording, int count, Duration pause) {
        try {
            while (!stopping) {
                try {
                    if (count == 1) {
                        recording.add(connection.next(generator));
                    } else {
                        recording.add(connection.batch(generator, count));
                    }
                    if (!pause.isZero()) {
                        Await.pass(pause);
                    }
                } catch (RefusedException e) {
                    refused.incrementAndGet();
                    refusals.computeIfAbsent(generator, name -> new ConcurrentHashMap<>())
                            .merge(e.refusal(), 1L, Long::sum);
                    Await.pass(PAUSE_AFTER_REFUSAL);
                }
            }
        } catch (IOException e) {
            if (faultComes) {
                broken.incrementAndGet();
            } else {
                errors.add(e);
            }
        } catch (RuntimeException | AssertionError e) {
            errors.add(e);
        }
    }

    /**
     * Tells what a generator answered so far instead of ids.
     *
     * @param generator the generator's name
     * @return how often each kind of answer
     */
    public Map<Refusal, Long> refusals(String generator) {
        return Map.copyOf(refusals.getOrDefault(generator, Map.of()));
    }

    /** From now on requests may break. */
    public void faultComes() {
        faultComes = true;
    }

    /**
     * Throws if a client had to end although there was no fault.
     *
     * @throws AssertionError with what ended it
     */
    public void requireNoError() {
        Throwable error = errors.peek();
        if (error != null) {
            throw new AssertionError("a client failed in life " + life + " before any fault", error);
        }
    }

    /**
     * Waits until each client has had its last answer, or a broken request instead.
     *
     * @return what became of them
     * @throws AssertionError if a client failed for no fault, or does not end
     */
    public Outcome stop() {
        stopping = true;
        for (Thread thread : threads) {
            Await.until(thread.getName() + " ends", Await.PATIENCE, () -> !thread.isAlive());
        }
        requireNoError();
        return new Outcome(broken.get(), refused.get());
    }

    /**
     * Waits until all requests are broken, as they must be once the service is dead.
     *
     * @return what became of the clients
     */
    public Outcome awaitBroken() {
        Await.until("all requests break", Await.PATIENCE, () -> broken.get() + errors.size() == threads.size());
        return stop();
    }

    @Override
    public void close() {
        stopping = true;
        faultComes = true;
        connections.forEach(IdConnection::close);
    }
}
