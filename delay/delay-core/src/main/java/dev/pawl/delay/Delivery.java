package dev.pawl.delay;

import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
import dev.pawl.delay.spi.JobStore;
import dev.pawl.delay.spi.Nack;
import dev.pawl.fencing.FencingToken;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One delivery of a job: a lease on it, with a fencing token. It is answered once, by {@link #ack}, {@link #nack} or
 * {@link #deadLetter}: the first answer counts, and the others return false.
 *
 * <p>Thread-safe. Whether it is valid is known here without asking the store: it counts from before the request was sent that brought or
 * extended it, less a hundredth and 2 ms for clocks of different speed, so that it ends here before the store gives the job to another.
 *
 * <p>Answers are repeated until the store has said something, at most for the {@link DelayQueues.Builder#patience patience}; then they end with
 * a {@link dev.pawl.common.BackendException}, and the job is delivered again if the store has not applied them.
 *
 * @param <T> the payload
 */
public final class Delivery<T> {

    private enum Kind {
        ACK,
        NACK
    }

    private record Answer(Kind kind, CompletableFuture<Boolean> result) {}

    private final DelayContext context;
    private final Lanes lanes;
    private final ClaimedJob job;
    private final T payload;
    private final Map<String, String> headers;
    private final long begunAt;
    private final AtomicReference<@Nullable Answer> answer = new AtomicReference<>();
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private volatile long validUntil;
    private volatile boolean lost;
    private final AtomicBoolean lossTold = new AtomicBoolean();
    private final AtomicReference<CompletableFuture<Boolean>> extension =
            new AtomicReference<>(CompletableFuture.completedFuture(true));
    private volatile Duration unanswered = JobStore.GREATEST_VISIBILITY;

    Delivery(DelayContext context, Lanes lanes, ClaimedJob job, T payload, Map<String, String> headers, Term term) {
        this.context = context;
        this.lanes = lanes;
        this.job = job;
        this.payload = payload;
        this.headers = headers;
        this.begunAt = context.nanos();
        this.validUntil = term.end();
        context.deliveryBegins();
        ended().whenComplete((held, failure) -> context.deliveryEnds());
    }

    /** A visibility timeout as far as it can be relied on. */
    record Term(long sentAt, Duration visibility) {
        long end() {
            long nanos = visibility.toNanos();
            return sentAt + nanos - nanos / 100 - 2_000_000;
        }
    }

    /**
     * Returns what the job carries.
     *
     * @return the payload
     */
    public T payload() {
        return payload;
    }

    /**
     * Returns what was added to the payload.
     *
     * @return names and values
     */
    public Map<String, String> headers() {
        return headers;
    }

    /**
     * Names the job.
     *
     * @return the job
     */
    public JobHandle job() {
        return new JobHandle(lanes.partition, job.id());
    }

    /**
     * Tells which delivery of the job this is.
     *
     * @return 1 for the first
     */
    public int attempt() {
        return job.attempt();
    }

    /**
     * Tells how often the job is delivered at most.
     *
     * @return at least {@link #attempt}
     */
    public int attempts() {
        return job.attempts();
    }

    /**
     * Tells when the job was due by the store's clock.
     *
     * @return its due time; a retry does not change it
     */
    public Instant dueAt() {
        return job.due();
    }

    /**
     * Returns the number that rises with every delivery of the partition, for a {@link dev.pawl.fencing.FenceGuard} at what the
     * handler changes.
     *
     * @return the token
     */
    public FencingToken fencingToken() {
        return FencingToken.exclusive(context.store.issuer(lanes.partition), job.token());
    }

    /**
     * Tells whether the job is still this delivery's. Asks nobody.
     *
     * @return false once it was answered, was found lost, or its visibility timeout is over
     */
    public boolean isValid() {
        return !remaining().isZero();
    }

    /**
     * Tells how long it stays valid without another sign of life. Asks nobody.
     *
     * @return zero if it is not valid
     */
    public Duration remaining() {
        long left = validUntil - context.nanos();
        return lost || answer.get() != null || left <= 0 ? Duration.ZERO : Duration.ofNanos(left);
    }

    /**
     * Finishes the job. Blocks for the store's answer.
     *
     * @return true if it will never be delivered again; false if it was somebody else's already, or this delivery was answered otherwise
     * @throws dev.pawl.common.BackendException if the store does not answer; the outcome may be unknown
     */
    public boolean ack() {
        return Requests.joined(acked());
    }

    /**
     * Finishes the job, without blocking.
     *
     * @return what {@link #ack} returns, or fails with what it throws; what depends on it runs on the callbacks' executor
     */
    public CompletableFuture<Boolean> ackAsync() {
        return acked().thenApplyAsync(held -> held, context.callbacks).toCompletableFuture();
    }

    /**
     * Gives the job back. Blocks for the store's answer.
     *
     * @param delay after which time it is delivered again; a dead letter if this was its last attempt
     * @return true if it was given back; false if it was somebody else's already, or this delivery was answered otherwise
     * @throws IllegalArgumentException if the delay is negative or over 36,500 days
     * @throws dev.pawl.common.BackendException if the store does not answer; the outcome may be unknown
     */
    public boolean nack(Duration delay) {
        return Requests.joined(nacked(Nack.Kind.RETRY, delay, "nack"));
    }

    /**
     * Makes the job a dead letter. Blocks for the store's answer.
     *
     * @param reason why; at most 512 characters are kept
     * @return true if it is a dead letter; false if it was somebody else's already, or this delivery was answered otherwise
     * @throws dev.pawl.common.BackendException if the store does not answer; the outcome may be unknown
     */
    public boolean deadLetter(String reason) {
        return Requests.joined(nacked(Nack.Kind.DEAD_LETTER, Duration.ZERO, reason));
    }

    /**
     * Puts the end of the visibility timeout to another time. Blocks for the store's answer. Handlers need it only to go beyond what
     * is extended by itself, which goes on when less than two thirds of the consumer's timeout are left.
     *
     * @param visibility for how long from now, in [1 ms, 12 hours]
     * @return true if it is valid for that long, or for as long as the shortest extension before that had no answer, since that one may
     *     yet arrive; false if it is somebody else's, or was answered
     * @throws IllegalArgumentException if the timeout is out of range
     * @throws dev.pawl.common.BackendException if the store does not answer
     */
    public boolean extend(Duration visibility) {
        JobStore.requireVisibility(visibility);
        return answer.get() == null && Requests.joined(extended(visibility, () -> extendOnce(visibility)));
    }

    private CompletionStage<Requests.Sent<Boolean>> extendOnce(Duration visibility) {
        return Requests.repeated(
                        context,
                        lanes.partition,
                        "extend",
                        () -> context.session.extend(lanes.partition, List.of(job.receipt()), visibility))
                .thenApply(sent ->
                        new Requests.Sent<>(sent.answer().each().get(0), sent.firstSentAt(), sent.mayArriveAgain()));
    }

    /** One extension after the other, since the store may take two in another order than the one in which they are answered. */
    CompletionStage<Boolean> extended(Duration visibility, Supplier<CompletionStage<Requests.Sent<Boolean>>> request) {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        CompletableFuture<Boolean> unused =
                extension.getAndSet(result).whenComplete((stood, failure) -> extend(visibility, request, result));
        return result;
    }

    private void extend(
            Duration visibility,
            Supplier<CompletionStage<Requests.Sent<Boolean>>> request,
            CompletableFuture<Boolean> result) {
        // From now on the store may have a shorter end than the one before.
        validUntil = Math.min(validUntil, new Term(context.nanos(), visibility).end());
        request.get().whenComplete((sent, failure) -> {
            if (failure != null || sent.mayArriveAgain()) {
                // Whenever it does, the store's end is this far from then.
                unanswered = least(visibility, unanswered);
            }
            if (failure != null) {
                result.completeExceptionally(Requests.unwrapped(failure));
                return;
            }
            if (sent.answer()) {
                validUntil = new Term(sent.firstSentAt(), least(visibility, unanswered)).end();
            } else {
                lost = true;
            }
            result.complete(sent.answer());
        });
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Whether somebody has answered it. */
    boolean isAnswered() {
        return answer.get() != null;
    }

    CompletionStage<Boolean> acked() {
        return answer(Kind.ACK, () -> lanes.ack.submit(job.receipt()), () -> {
            Duration took = Duration.ofNanos(context.nanos() - begunAt);
            context.tell(new DelayEvent.Acked(job(), took));
        });
    }

    CompletionStage<Boolean> nacked(Nack.Kind kind, Duration delay, String reason) {
        Nack nack = new Nack(job.receipt(), kind, delay, reason);
        boolean dies = kind == Nack.Kind.DEAD_LETTER || (kind == Nack.Kind.RETRY && job.attempt() >= job.attempts());
        return answer(Kind.NACK, () -> lanes.nack.submit(nack), () -> {
            if (dies) {
                context.tell(new DelayEvent.Died(job(), reason));
            }
        });
    }

    private CompletionStage<Boolean> answer(
            Kind kind, Supplier<CompletionStage<Requests.Sent<Boolean>>> request, Runnable done) {
        Answer mine = new Answer(kind, ended);
        if (!answer.compareAndSet(null, mine)) {
            Answer first = answer.get();
            return first != null && first.kind == kind ? first.result : CompletableFuture.completedFuture(false);
        }
        request.get().whenComplete((sent, failure) -> {
            if (failure != null) {
                ended.completeExceptionally(Requests.unwrapped(failure));
                return;
            }
            if (sent.answer()) {
                done.run();
            } else {
                tellLost();
            }
            ended.complete(sent.answer());
        });
        return ended;
    }

    /** Ends with the answer, whatever it is, or when it is dropped. */
    CompletionStage<Boolean> ended() {
        return ended;
    }

    /** Nobody answers it any more: the store gives it to another after its timeout. */
    void drop() {
        if (answer.compareAndSet(null, new Answer(Kind.NACK, ended))) {
            tellLost();
            ended.complete(false);
        }
    }

    /** Once, whoever finds it out first. */
    void tellLost() {
        if (lossTold.compareAndSet(false, true)) {
            context.tell(new DelayEvent.Lost(job(), job.token()));
        }
    }

    ClaimedJob claimed() {
        return job;
    }

    @Override
    public String toString() {
        return "Delivery[job=" + job() + ", attempt=" + attempt() + ", token=" + job.token() + "]";
    }
}
