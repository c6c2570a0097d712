package dev.pawl.delay.redis;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.delay.spi.Answers;
import dev.pawl.delay.spi.ChangeOutcome;
import dev.pawl.delay.spi.ClaimAnswer;
import dev.pawl.delay.spi.ClaimRequest;
import dev.pawl.delay.spi.DeadLetter;
import dev.pawl.delay.spi.Durability;
import dev.pawl.delay.spi.EnqueueOutcome;
import dev.pawl.delay.spi.EnqueueRequest;
import dev.pawl.delay.spi.Head;
import dev.pawl.delay.spi.JobSession;
import dev.pawl.delay.spi.JobStore;
import dev.pawl.delay.spi.JobView;
import dev.pawl.delay.spi.Nack;
import dev.pawl.delay.spi.NewJob;
import dev.pawl.delay.spi.Page;
import dev.pawl.delay.spi.Partition;
import dev.pawl.delay.spi.PartitionState;
import dev.pawl.delay.spi.PartitionStats;
import dev.pawl.delay.spi.Presence;
import dev.pawl.delay.spi.Receipt;
import dev.pawl.delay.spi.Reschedule;
import dev.pawl.redis.RedisFailures;
import dev.pawl.redis.RedisReply;
import dev.pawl.redis.RedisScript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** Writes requests as script calls and reads their replies. What the scripts do is said there. */
final class RedisJobSession implements JobSession {

    private static final byte[] UNANSWERED =
            JobScripts.text("the last attempt was not answered within its visibility timeout");

    private final RedisJobStore store;
    private final PartitionCalls calls;
    private final Hints hints;
    private final Replication replication;
    private final byte[] horizon;
    private volatile boolean closed;

    RedisJobSession(RedisJobStore store, PartitionCalls calls, Replication replication, Hints hints) {
        this.store = store;
        this.calls = calls;
        this.hints = hints;
        this.replication = replication;
        this.horizon = JobScripts.millis(store.retryHorizon());
    }

    @Override
    public CompletionStage<Answers<EnqueueOutcome>> enqueue(EnqueueRequest request) {
        try {
            store.guarantees().require(request.durability());
        } catch (UnsupportedOperationException e) {
            return CompletableFuture.failedFuture(e);
        }
        PartitionKeys keys = calls.keys(request.partition());
        List<byte[]> args = new ArrayList<>(4 + 3 * request.jobs().size());
        args.add(horizon);
        args.add(JobScripts.number(request.limits().jobs()));
        args.add(JobScripts.number(request.limits().bodyBytes()));
        args.add(keys.channel);
        for (NewJob job : request.jobs()) {
            args.add(JobScripts.text(job.id()));
            args.add(JobScripts.due(job.due()));
            args.add(Envelope.of(job));
        }
        CompletionStage<Answers<EnqueueOutcome>> taken =
                change(JobScripts.ENQUEUE, keys, keys.upToDone, args, Replies::enqueued);
        return request.durability() == Durability.REPLICATED
                ? taken.thenCompose(answers -> replication.confirm(keys).thenApply(waited -> later(answers, waited)))
                : taken;
    }

    /** The head counts from the answer, which was given that much later. */
    private static <T> Answers<T> later(Answers<T> answers, long millis) {
        Head head = answers.head();
        return new Answers<>(answers.each(), head.exists() ? new Head(head.dueInMillis() - millis) : head);
    }

    @Override
    public CompletionStage<ClaimAnswer> claim(ClaimRequest request) {
        PartitionKeys keys = calls.keys(request.partition());
        List<byte[]> args = List.of(
                horizon,
                JobScripts.text(request.consumer()),
                JobScripts.padded(request.sequence()),
                JobScripts.number(request.most()),
                JobScripts.millis(request.visibility()),
                JobScripts.number(JobStore.GREATEST_REPLY_BYTES),
                UNANSWERED);
        return change(JobScripts.CLAIM, keys, keys.upToClaims, args, Replies::claimed);
    }

    @Override
    public CompletionStage<Answers<Boolean>> ack(Partition partition, List<Receipt> receipts) {
        PartitionKeys keys = calls.keys(partition);
        List<byte[]> args = receipts(receipts);
        return change(JobScripts.ACK, keys, keys.upToDone, args, Replies::done);
    }

    @Override
    public CompletionStage<Answers<Boolean>> nack(Partition partition, List<Nack> nacks) {
        PartitionKeys keys = calls.keys(partition);
        List<byte[]> args = new ArrayList<>();
        args.add(keys.channel);
        for (Nack nack : JobStore.requireBatch("nacks", nacks)) {
            add(args, nack.receipt());
            args.add(JobScripts.text(letter(nack.kind())));
            args.add(JobScripts.millis(nack.delay()));
            args.add(JobScripts.text(nack.reason()));
        }
        return change(JobScripts.NACK, keys, keys.upToDead, args, Replies::done);
    }

    @Override
    public CompletionStage<Answers<Boolean>> extend(Partition partition, List<Receipt> receipts, Duration visibility) {
        PartitionKeys keys = calls.keys(partition);
        byte[] timeout = JobScripts.millis(JobStore.requireVisibility(visibility));
        List<byte[]> args = receipts(receipts, keys.channel, timeout);
        return change(JobScripts.EXTEND, keys, keys.upToDead, args, Replies::done);
    }

    @Override
    public CompletionStage<Answers<ChangeOutcome>> cancel(Partition partition, List<String> ids) {
        PartitionKeys keys = calls.keys(partition);
        return change(JobScripts.CANCEL, keys, keys.upToDone, ids(ids), Replies::changed);
    }

    @Override
    public CompletionStage<Answers<ChangeOutcome>> reschedule(Partition partition, List<Reschedule> changes) {
        PartitionKeys keys = calls.keys(partition);
        List<byte[]> args = new ArrayList<>();
        args.add(keys.channel);
        for (Reschedule change : JobStore.requireBatch("changes", changes)) {
            args.add(JobScripts.text(change.id()));
            args.add(JobScripts.due(change.due()));
        }
        return change(JobScripts.RESCHEDULE, keys, keys.upToDead, args, Replies::changed);
    }

    @Override
    public CompletionStage<Answers<Boolean>> respawn(Partition partition, List<String> ids) {
        PartitionKeys keys = calls.keys(partition);
        return change(JobScripts.RESPAWN, keys, keys.upToDead, ids(ids, keys.channel), Replies::done);
    }

    @Override
    public CompletionStage<Answers<Boolean>> purge(Partition partition, List<String> ids) {
        PartitionKeys keys = calls.keys(partition);
        return change(JobScripts.PURGE, keys, keys.upToDone, ids(ids), Replies::done);
    }

    @Override
    public CompletionStage<List<Optional<JobView>>> find(Partition partition, List<String> ids) {
        PartitionKeys keys = calls.keys(partition);
        List<byte[]> args = ids(ids, JobScripts.text("ids"));
        return read(
                JobScripts.FIND,
                keys.upToDead,
                args,
                Replies::found,
                () -> ids.stream().map(id -> Optional.<JobView>empty()).toList());
    }

    @Override
    public CompletionStage<List<JobView>> peek(Partition partition, int most) {
        List<byte[]> args = List.of(JobScripts.text("peek"), JobScripts.number(JobStore.requireMost(most)));
        return read(JobScripts.FIND, calls.keys(partition).upToDead, args, Replies::views, List::of);
    }

    @Override
    public CompletionStage<Page<JobView>> scan(Partition partition, String cursor, int most) {
        List<byte[]> args =
                List.of(JobScripts.text("scan"), cursor(cursor), JobScripts.number(JobStore.requireMost(most)));
        return read(
                JobScripts.FIND,
                calls.keys(partition).upToDead,
                args,
                Replies::page,
                () -> new Page<>(List.of(), Optional.empty()));
    }

    @Override
    public CompletionStage<Page<DeadLetter>> deadLetters(Partition partition, String cursor, int most) {
        List<byte[]> args = List.of(cursor(cursor), JobScripts.number(JobStore.requireMost(most)));
        return read(
                JobScripts.DEAD,
                calls.keys(partition).upToDead,
                args,
                Replies::letters,
                () -> new Page<>(List.of(), Optional.empty()));
    }

    @Override
    public CompletionStage<PartitionStats> stats(Partition partition) {
        return read(
                JobScripts.STATS,
                calls.keys(partition).upToDead,
                List.of(),
                Replies::stats,
                () -> new PartitionStats(0, 0, 0, 0, 0, false));
    }

    @Override
    public CompletionStage<Head> pause(Partition partition, boolean paused) {
        PartitionKeys keys = calls.keys(partition);
        List<byte[]> args = List.of(keys.channel, JobScripts.number(paused ? 1 : 0));
        return change(JobScripts.PAUSE, keys, keys.upToDead, args, Replies::head);
    }

    @Override
    public CompletionStage<PartitionState> look(Partition partition) {
        return read(
                JobScripts.LOOK,
                calls.keys(partition).withConsumers,
                List.of(),
                Replies::state,
                () -> new PartitionState(Head.NONE, List.of(), false, Duration.ZERO));
    }

    @Override
    public CompletionStage<PartitionState> announce(Partition partition, Presence presence) {
        PartitionKeys keys = calls.keys(partition);
        List<byte[]> args = List.of(
                JobScripts.text(presence.consumer()),
                JobScripts.number(presence.accepting() ? 1 : 0),
                JobScripts.millis(presence.lasting()));
        return change(JobScripts.LOOK, keys, keys.withConsumers, args, Replies::state);
    }

    @Override
    public CompletionStage<Void> watch(Partition partition) {
        return closed ? closed() : hints.watch(partition, calls.keys(partition).channelName);
    }

    @Override
    public void unwatch(Partition partition) {
        hints.unwatch(partition);
    }

    @Override
    public void close() {
        closed = true;
        hints.close();
    }

    private <T> CompletionStage<T> change(
            RedisScript script,
            PartitionKeys keys,
            List<String> touched,
            List<byte[]> args,
            Function<RedisReply, T> reading) {
        return closed ? closed() : calls.call(script, keys, touched, args).thenApply(reading);
    }

    /** What is asked of a partition that is not there finds nothing, and does not make it. */
    private <T> CompletionStage<T> read(
            RedisScript script,
            List<String> touched,
            List<byte[]> args,
            Function<RedisReply, T> reading,
            Supplier<T> nothing) {
        if (closed) {
            return closed();
        }
        return calls.callIfThere(script, touched, args)
                .handle((reply, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedFuture(reading.apply(reply));
                    }
                    return RedisFailures.code(failure).equals(Optional.of(PartitionCalls.ABSENT))
                            ? CompletableFuture.completedFuture(nothing.get())
                            : CompletableFuture.<T>failedFuture(failure);
                })
                .thenCompose(Function.identity());
    }

    private static <T> CompletionStage<T> closed() {
        return CompletableFuture.failedFuture(new BackendException("session is closed", Outcome.NOT_APPLIED, null));
    }

    private static List<byte[]> receipts(List<Receipt> receipts, byte[]... first) {
        List<byte[]> args = new ArrayList<>(first.length + 2 * receipts.size());
        args.addAll(List.of(first));
        JobStore.requireBatch("receipts", receipts).forEach(receipt -> add(args, receipt));
        return args;
    }

    private static void add(List<byte[]> args, Receipt receipt) {
        args.add(JobScripts.text(receipt.id()));
        args.add(JobScripts.token(receipt.token()));
    }

    private static List<byte[]> ids(List<String> ids, byte[]... first) {
        List<byte[]> args = new ArrayList<>(first.length + ids.size());
        args.addAll(List.of(first));
        JobStore.requireBatch("ids", ids).forEach(id -> args.add(JobScripts.text(NewJob.requireId(id))));
        return args;
    }

    private static byte[] cursor(String cursor) {
        return JobScripts.text(cursor.equals(Page.FIRST) ? "0" : cursor);
    }

    private static String letter(Nack.Kind kind) {
        return switch (kind) {
            case RETRY -> "R";
            case GIVE_BACK -> "G";
            case DEAD_LETTER -> "D";
        };
    }
}
