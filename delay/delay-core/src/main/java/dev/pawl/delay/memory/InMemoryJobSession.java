package dev.pawl.delay.memory;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.delay.spi.Answers;
import dev.pawl.delay.spi.ChangeOutcome;
import dev.pawl.delay.spi.ClaimAnswer;
import dev.pawl.delay.spi.ClaimRequest;
import dev.pawl.delay.spi.DeadLetter;
import dev.pawl.delay.spi.EnqueueOutcome;
import dev.pawl.delay.spi.EnqueueRequest;
import dev.pawl.delay.spi.Head;
import dev.pawl.delay.spi.HeadListener;
import dev.pawl.delay.spi.JobSession;
import dev.pawl.delay.spi.JobStore;
import dev.pawl.delay.spi.JobView;
import dev.pawl.delay.spi.Nack;
import dev.pawl.delay.spi.Page;
import dev.pawl.delay.spi.Partition;
import dev.pawl.delay.spi.PartitionState;
import dev.pawl.delay.spi.PartitionStats;
import dev.pawl.delay.spi.Presence;
import dev.pawl.delay.spi.Receipt;
import dev.pawl.delay.spi.Reschedule;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One client of the store in memory. */
final class InMemoryJobSession implements JobSession {

    private final InMemoryJobStore store;
    private final HeadListener listener;
    private final Set<Partition> watched = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    InMemoryJobSession(InMemoryJobStore store, HeadListener listener) {
        this.store = store;
        // An object of its own, so that two sessions of one listener are told by themselves.
        this.listener = new HeadListener() {
            @Override
            public void sooner(Partition partition, Head head) {
                listener.sooner(partition, head);
            }

            @Override
            public void missed() {
                listener.missed();
            }
        };
    }

    @Override
    public CompletionStage<Answers<EnqueueOutcome>> enqueue(EnqueueRequest request) {
        return open(() -> {
            store.guarantees().require(request.durability());
            return each(request.partition(), request.jobs(), (table, job) -> table.enqueue(job, request.limits()));
        });
    }

    @Override
    public CompletionStage<ClaimAnswer> claim(ClaimRequest request) {
        return open(() -> store.shelf(request.partition()).answer(table -> table.claim(request)));
    }

    @Override
    public CompletionStage<Answers<Boolean>> ack(Partition partition, List<Receipt> receipts) {
        return open(() -> each(partition, JobStore.requireBatch("receipts", receipts), JobTable::ack));
    }

    @Override
    public CompletionStage<Answers<Boolean>> nack(Partition partition, List<Nack> nacks) {
        return open(() -> each(partition, JobStore.requireBatch("nacks", nacks), JobTable::nack));
    }

    @Override
    public CompletionStage<Answers<Boolean>> extend(Partition partition, List<Receipt> receipts, Duration visibility) {
        JobStore.requireVisibility(visibility);
        return open(() -> each(
                partition,
                JobStore.requireBatch("receipts", receipts),
                (table, receipt) -> table.extend(receipt, visibility)));
    }

    @Override
    public CompletionStage<Answers<ChangeOutcome>> cancel(Partition partition, List<String> ids) {
        return open(() -> each(partition, JobStore.requireBatch("ids", ids), JobTable::cancel));
    }

    @Override
    public CompletionStage<Answers<ChangeOutcome>> reschedule(Partition partition, List<Reschedule> changes) {
        return open(() -> each(partition, JobStore.requireBatch("changes", changes), JobTable::reschedule));
    }

    @Override
    public CompletionStage<Answers<Boolean>> respawn(Partition partition, List<String> ids) {
        return open(() -> each(partition, JobStore.requireBatch("ids", ids), JobTable::respawn));
    }

    @Override
    public CompletionStage<Answers<Boolean>> purge(Partition partition, List<String> ids) {
        return open(() -> each(partition, JobStore.requireBatch("ids", ids), JobTable::purge));
    }

    @Override
    public CompletionStage<List<Optional<JobView>>> find(Partition partition, List<String> ids) {
        List<String> wanted = JobStore.requireBatch("ids", ids);
        return read(
                partition,
                table -> wanted.stream()
                        .map(id ->
                                Optional.ofNullable(table.jobs().byId.get(id)).map(job -> job.view(table.millis())))
                        .toList());
    }

    @Override
    public CompletionStage<List<JobView>> peek(Partition partition, int most) {
        JobStore.requireMost(most);
        return read(
                partition,
                table -> table.jobs().byTime.stream()
                        .limit(most)
                        .map(job -> job.view(table.millis()))
                        .toList());
    }

    @Override
    public CompletionStage<Page<JobView>> scan(Partition partition, String cursor, int most) {
        JobStore.requireMost(most);
        return read(partition, table -> {
            List<JobView> jobs = table.jobs().byId.tailMap(cursor, false).values().stream()
                    .limit(most)
                    .map(job -> job.view(table.millis()))
                    .toList();
            return page(jobs, most, JobView::id);
        });
    }

    @Override
    public CompletionStage<Page<DeadLetter>> deadLetters(Partition partition, String cursor, int most) {
        JobStore.requireMost(most);
        return read(partition, table -> page(table.dead().after(cursor, most), most, DeadLetter::id));
    }

    @Override
    public CompletionStage<PartitionStats> stats(Partition partition) {
        return read(partition, JobTable::stats);
    }

    @Override
    public CompletionStage<Head> pause(Partition partition, boolean paused) {
        return open(() -> store.shelf(partition).answerAndTell(table -> {
            table.pause(paused);
            return table.head();
        }));
    }

    @Override
    public CompletionStage<PartitionState> look(Partition partition) {
        return open(() -> store.shelf(partition).look());
    }

    @Override
    public CompletionStage<PartitionState> announce(Partition partition, Presence presence) {
        return open(() -> store.shelf(partition).announce(presence));
    }

    @Override
    public CompletionStage<Void> watch(Partition partition) {
        return open(() -> {
            watched.add(partition);
            store.shelf(partition).watch(listener);
            return null;
        });
    }

    @Override
    public void unwatch(Partition partition) {
        watched.remove(partition);
        store.shelf(partition).unwatch(listener);
    }

    @Override
    public void close() {
        closed = true;
        watched.forEach(this::unwatch);
    }

    /** A whole batch under one lock, so that nobody sees half of it. */
    private <P, T> Answers<T> each(Partition partition, List<P> parts, BiFunction<JobTable, P, T> step) {
        return store.shelf(partition).answerAndTell(table -> {
            List<T> each = parts.stream().map(part -> step.apply(table, part)).toList();
            return new Answers<>(each, table.head());
        });
    }

    private static <T> Page<T> page(List<T> items, int most, Function<T, String> id) {
        return new Page<>(items, items.size() < most ? Optional.empty() : Optional.of(id.apply(items.get(most - 1))));
    }

    private <T> CompletionStage<T> read(Partition partition, Function<JobTable, T> step) {
        return open(() -> store.shelf(partition).answer(step));
    }

    private <T extends @Nullable Object> CompletionStage<T> open(Supplier<T> step) {
        if (closed) {
            return CompletableFuture.failedFuture(new BackendException("session is closed", Outcome.NOT_APPLIED, null));
        }
        try {
            return CompletableFuture.completedFuture(step.get());
        } catch (UnsupportedOperationException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
