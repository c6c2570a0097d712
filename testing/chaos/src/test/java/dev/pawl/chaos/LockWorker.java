package dev.pawl.chaos;

import dev.pawl.chaos.HistoryLine.Step;
import dev.pawl.chaos.WorkerLock.Held;
import dev.pawl.common.Ticker;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.LockEvent;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A process that adds one to a counter under a lock, again and again, until the counter tells each of its threads that it is
 * the end. It looks at the lock's validity for the history alone, and never acts on it: what stands between a pause and the write
 * that follows is the counter's guard, or nothing.
 */
public final class LockWorker {

    private static final Duration AFTER_A_FAILURE = Duration.ofMillis(20);

    private final Order order;
    private final OutputStream history;
    private final WorkerLock lock;
    private volatile @Nullable Turn turn;

    /**
     * What a worker is told.
     *
     * @param kind which lock
     * @param name of the process
     * @param threads how many contend
     * @param store where it is
     * @param counter the counter's port
     * @param namespace of the lock
     * @param lease of the lock
     * @param history the file to append to
     */
    record Order(
            WorkerLock.Kind kind,
            String name,
            int threads,
            String store,
            int counter,
            String namespace,
            Duration lease,
            Path history) {

        List<String> words() {
            return List.of(
                    kind.name(),
                    name,
                    String.valueOf(threads),
                    store,
                    String.valueOf(counter),
                    namespace,
                    lease.toString(),
                    history.toString());
        }

        static Order parse(String[] words) {
            return new Order(
                    WorkerLock.Kind.valueOf(words[0]),
                    words[1],
                    Integer.parseInt(words[2]),
                    words[3],
                    Integer.parseInt(words[4]),
                    words[5],
                    Duration.parse(words[6]),
                    Path.of(words[7]));
        }
    }

    private record Turn(String contender, long attempt, Held held) {

        long token() {
            return held.token().map(FencingToken::value).orElse(0L);
        }
    }

    private LockWorker(Order order) throws IOException {
        this.order = order;
        history = new FileOutputStream(order.history.toFile(), true);
        lock = order.kind.open(order.store, order.namespace, order.lease, this::heard);
    }

    /** Runs until the end, or until the counter is gone. */
    public static void main(String[] words) throws IOException, InterruptedException {
        LockWorker worker = new LockWorker(Order.parse(words));
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < worker.order.threads; i++) {
            String contender = worker.order.name + "." + i;
            threads.add(new Thread(() -> worker.run(contender), contender));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        worker.lock.close();
        worker.history.close();
    }

    private void run(String contender) {
        try (CounterConnection counter = new CounterConnection(order.counter)) {
            boolean last = false;
            for (long attempt = 1; !last; attempt++) {
                last = oneTurn(contender, attempt, counter);
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            e.printStackTrace();
            System.exit(1); // the others of this process have no counter either
        }
    }

    private boolean oneTurn(String contender, long attempt, CounterConnection counter)
            throws IOException, InterruptedException {
        note(contender, attempt, Step.ACQUIRING, 0, 0, "-");
        Held held;
        try {
            held = lock.acquire();
        } catch (RuntimeException e) {
            note(contender, attempt, Step.NOT_ACQUIRED, 0, 0, e.toString());
            Await.pass(AFTER_A_FAILURE);
            return false;
        }
        Turn mine = new Turn(contender, attempt, held);
        turn = mine;
        note(mine, Step.ACQUIRED, "-");
        boolean last = update(mine, counter);
        note(mine, Step.RELEASING, "-");
        String result;
        try {
            result = held.release();
        } catch (RuntimeException e) {
            result = "UNKNOWN " + e;
        }
        note(contender, attempt, Step.RELEASED, mine.token(), 0, result);
        Await.pass(order.kind.rest());
        return last;
    }

    private boolean update(Turn mine, CounterConnection counter) throws IOException {
        String token = mine.held.token().map(FencingToken::text).orElse("-");
        CounterConnection.Reply read = counter.read(mine.contender, mine.attempt, token);
        note(mine, read.accepted() ? Step.READ : Step.READ_REFUSED, "-");
        if (!read.accepted()) {
            return false;
        }
        Await.pass(Duration.ofMillis(ThreadLocalRandom.current().nextLong(1, 6)));
        note(mine, Step.WRITING, "-");
        CounterConnection.Reply written = counter.write(mine.contender, mine.attempt, token, read.number() + 1);
        note(mine, written.accepted() ? Step.WRITTEN : Step.WRITE_REFUSED, "-");
        return written.isLast();
    }

    /** What the lock says of itself, on whatever thread: it belongs to who has the lock in this process. */
    private void heard(LockEvent event) {
        Turn now = turn;
        if (event instanceof LockEvent.Renewed && now != null) {
            note(now, Step.RENEWED, "-");
        } else if (event instanceof LockEvent.Lost lost && now != null) {
            note(now, Step.LOST, lost.lost().cause().toString());
        } else {
            WorkerLock.failed(event).ifPresent(operation -> note(order.name + ".-", 0, Step.FAILED, 0, 0, operation));
        }
    }

    private void note(Turn mine, Step step, String detail) {
        note(mine.contender, mine.attempt, step, mine.token(), mine.held.validUntil(), detail);
    }

    /** One write per line: a process that is killed leaves whole lines. */
    private synchronized void note(
            String contender, long attempt, Step step, long token, long validUntil, String detail) {
        HistoryLine line = new HistoryLine(
                Ticker.system().nanos(), contender, attempt, step, token, validUntil, detail.replace('\n', ' '));
        try {
            history.write((line.text() + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
