package dev.pawl.delay;

import dev.pawl.delay.Requests.Sent;
import dev.pawl.delay.spi.Answers;
import dev.pawl.delay.spi.Head;
import dev.pawl.delay.spi.JobStore;
import dev.pawl.delay.spi.Partition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Group commit: what concurrent callers ask of one partition while a request is under way travels in the next one, each part with its own
 * answer. At most one request is under way, and nothing waits for a timer.
 *
 * @param <P> a part of a request
 * @param <T> its answer
 */
final class Batcher<P, T> {

    private record Waiting<P, T>(P part, CompletableFuture<Sent<T>> result) {}

    /** What a batcher sends. */
    record Kind<P, T>(
            String operation, Function<List<P>, CompletionStage<Answers<T>>> request, ToIntFunction<P> bytes) {}

    private final DelayContext context;
    private final Partition partition;
    private final Kind<P, T> kind;
    private final BiConsumer<Partition, Head> heads;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Waiting<P, T>> waiting = new ArrayDeque<>();
    private final Serial sender = new Serial();
    private boolean busy;

    Batcher(DelayContext context, Partition partition, Kind<P, T> kind, BiConsumer<Partition, Head> heads) {
        this.context = context;
        this.partition = partition;
        this.kind = kind;
        this.heads = heads;
    }

    /** Never blocks; the future ends on the client's thread, so that what depends on it must be quick. */
    CompletionStage<Sent<T>> submit(P part) {
        Waiting<P, T> entry = new Waiting<>(part, new CompletableFuture<>());
        boolean begin;
        lock.lock();
        try {
            waiting.add(entry);
            begin = !busy;
            busy = true;
        } finally {
            lock.unlock();
        }
        if (begin) {
            sender.execute(this::sendNext);
        }
        return entry.result;
    }

    private void sendNext() {
        List<Waiting<P, T>> batch = next();
        if (batch == null) {
            return;
        }
        List<P> parts = batch.stream().map(Waiting::part).toList();
        Requests.repeated(context, partition, kind.operation, () -> kind.request.apply(parts))
                .whenComplete((sent, failure) -> {
                    // The next one leaves before anybody is told, and not deeper in the stack if this one was answered
                    // at once.
                    sender.execute(this::sendNext);
                    answer(batch, sent, failure);
                });
    }

    private void answer(List<Waiting<P, T>> batch, @Nullable Sent<Answers<T>> sent, @Nullable Throwable failure) {
        if (sent == null) {
            Throwable cause = failure == null ? new IllegalStateException("no answer") : Requests.unwrapped(failure);
            batch.forEach(entry -> entry.result.completeExceptionally(cause));
            return;
        }
        heads.accept(partition, sent.answer().head());
        List<T> each = sent.answer().each();
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).result.complete(new Sent<>(each.get(i), sent.firstSentAt(), sent.mayArriveAgain()));
        }
    }

    private @Nullable List<Waiting<P, T>> next() {
        lock.lock();
        try {
            if (waiting.isEmpty()) {
                busy = false;
                return null;
            }
            List<Waiting<P, T>> batch = new ArrayList<>();
            long bytes = 0;
            while (!waiting.isEmpty() && batch.size() < JobStore.GREATEST_BATCH) {
                bytes += kind.bytes.applyAsInt(waiting.element().part);
                if (bytes > JobStore.GREATEST_REPLY_BYTES && !batch.isEmpty()) {
                    break;
                }
                batch.add(waiting.remove());
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }
}
