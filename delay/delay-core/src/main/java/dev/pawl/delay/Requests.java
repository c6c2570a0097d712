package dev.pawl.delay;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.delay.spi.Partition;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request to the store, sent again and again until it is answered or the patience is over. The store knows repetitions, so an
 * answer that was lost does no harm.
 */
final class Requests {

    private Requests() {}

    /**
     * An answer to a request.
     *
     * @param firstSentAt when the request was sent first
     * @param mayArriveAgain whether it was sent before without an answer, so that it may be applied once more, at any time
     */
    record Sent<T>(T answer, long firstSentAt, boolean mayArriveAgain) {}

    static <T> CompletionStage<Sent<T>> repeated(
            DelayContext context, Partition partition, String operation, Supplier<CompletionStage<T>> request) {
        Repeated<T> repeated = new Repeated<>(context, partition, operation, request);
        repeated.send();
        return repeated.result;
    }

    /** One request; what it throws counts like a stage that failed. */
    static <T extends @Nullable Object> CompletionStage<T> once(Supplier<CompletionStage<T>> request) {
        try {
            return request.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** What a stage failed with. */
    static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** What a user's call that blocks is answered. */
    static <T> T answer(
            DelayContext context, Partition partition, String operation, Supplier<CompletionStage<T>> request) {
        context.requireOpen();
        return joined(repeated(context, partition, operation, request)).answer();
    }

    /** Waits for what ends by itself, and throws with the caller's own stack. */
    static <T> T joined(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            Throwable cause = unwrapped(e);
            if (cause instanceof BackendException known) {
                throw new BackendException(String.valueOf(known.getMessage()), known.outcome(), known);
            }
            if (cause instanceof RuntimeException unchecked) {
                unchecked.addSuppressed(e);
                throw unchecked;
            }
            throw e;
        }
    }

    private static final class Repeated<T> {

        private final DelayContext context;
        private final Partition partition;
        private final String operation;
        private final Supplier<CompletionStage<T>> request;
        private final CompletableFuture<Sent<T>> result = new CompletableFuture<>();
        private final long firstSentAt;
        private int failures;
        private boolean mayBeApplied;

        Repeated(DelayContext context, Partition partition, String operation, Supplier<CompletionStage<T>> request) {
            this.context = context;
            this.partition = partition;
            this.operation = operation;
            this.request = request;
            this.firstSentAt = context.nanos();
        }

        void send() {
            once(request).whenComplete((answer, failure) -> {
                if (failure == null) {
                    result.complete(new Sent<>(answer, firstSentAt, mayBeApplied));
                } else {
                    failed(unwrapped(failure));
                }
            });
        }

        private void failed(Throwable failure) {
            @Nullable BackendException known = failure instanceof BackendException backend ? backend : null;
            if (known == null) {
                result.completeExceptionally(failure);
                return;
            }
            context.tell(new DelayEvent.RequestFailed(partition, operation, failure));
            mayBeApplied |= known.outcome() == Outcome.UNKNOWN;
            long wait = context.retryNanos(++failures);
            if (context.isClosed() || context.nanos() + wait - firstSentAt > context.patienceNanos()) {
                result.completeExceptionally(new BackendException(
                        operation + " failed: partition=" + partition + ": " + known.getMessage(),
                        mayBeApplied ? Outcome.UNKNOWN : Outcome.NOT_APPLIED,
                        known));
            } else {
                context.retry(wait, this::send);
            }
        }
    }
}
