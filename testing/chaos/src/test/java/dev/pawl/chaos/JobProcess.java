package dev.pawl.chaos;

import dev.pawl.chaos.JobLine.Step;
import dev.pawl.common.Ticker;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.IntConsumer;

/** What producers and workers have in common: the queue, the history, and the way to the resource. Thread-safe. */
final class JobProcess implements AutoCloseable {

    private static final Duration PACE = Duration.ofMillis(50);

    private final Order order;
    private final OutputStream history;
    private final WorkerQueue queue;
    private final BlockingQueue<CounterConnection> connections = new LinkedBlockingQueue<>();

    /**
     * What a process is told.
     *
     * @param kind which queue
     * @param name of the process
     * @param store where it is
     * @param effects the resource's port
     * @param namespace of the queue
     * @param visibility the visibility timeout
     * @param history the file to append to
     */
    record Order(
            WorkerQueue.Kind kind,
            String name,
            String store,
            int effects,
            String namespace,
            Duration visibility,
            Path history) {

        List<String> words() {
            return List.of(
                    kind.name(),
                    name,
                    store,
                    String.valueOf(effects),
                    namespace,
                    visibility.toString(),
                    history.toString());
        }

        static Order parse(String[] words) {
            return new Order(
                    WorkerQueue.Kind.valueOf(words[0]),
                    words[1],
                    words[2],
                    Integer.parseInt(words[3]),
                    words[4],
                    Duration.parse(words[5]),
                    Path.of(words[6]));
        }
    }

    JobProcess(Order order) throws IOException {
        this.order = order;
        history = new FileOutputStream(order.history.toFile(), true);
        queue = switch (order.kind) {
            case REDIS -> new PawlQueue(order.store, order.namespace, order.visibility, this::failed);
            case POP_THEN_WORK -> new PoppingQueue(order.store);
            case REDISSON -> new RedissonQueue(order.store);
        };
    }

    String name() {
        return order.name;
    }

    WorkerQueue queue() {
        return queue;
    }

    /** One write per line: a process that is killed leaves whole lines. */
    void note(JobLine line) {
        byte[] text = (line.text() + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            synchronized (history) {
                history.write(text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void note(WorkerQueue.Job job, Step step) {
        note(new JobLine(Ticker.system().nanos(), order.name, step, job.key(), job.id(), 0, 0, "-"));
    }

    private void failed(String operation) {
        note(new JobLine(Ticker.system().nanos(), order.name, Step.FAILED, "-", "-", 0, 0, operation));
    }

    /** Lets a job have its effect; the reply may never come. */
    boolean effect(WorkerQueue.Given given) {
        return ask(String.join(
                        " ", JobEffects.EFFECT, order.name, given.key(), given.id(), String.valueOf(given.token())))
                .accepted();
    }

    private CounterConnection.Reply ask(String request) {
        try {
            CounterConnection free = connections.poll();
            CounterConnection connection = free != null ? free : new CounterConnection(order.effects);
            CounterConnection.Reply reply = connection.ask(request);
            connections.add(connection);
            return reply;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tells the pace again and again, until the resource says that it is the end. */
    void untilTheEnd(IntConsumer pace) {
        String request = JobEffects.PACE + " " + order.name;
        CounterConnection.Reply reply = ask(request);
        while (!reply.isLast()) {
            pace.accept((int) reply.number());
            Await.pass(PACE);
            reply = ask(request);
        }
    }

    @Override
    public void close() throws IOException {
        queue.close();
        history.close();
    }
}
