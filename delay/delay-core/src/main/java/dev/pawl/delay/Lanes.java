package dev.pawl.delay;

import dev.pawl.delay.spi.Durability;
import dev.pawl.delay.spi.EnqueueOutcome;
import dev.pawl.delay.spi.EnqueueRequest;
import dev.pawl.delay.spi.Head;
import dev.pawl.delay.spi.JobSession;
import dev.pawl.delay.spi.Nack;
import dev.pawl.delay.spi.NewJob;
import dev.pawl.delay.spi.Partition;
import dev.pawl.delay.spi.Receipt;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;

/** What goes from one queue to one of its partitions, each kind of request in batches of its own. Thread-safe. */
final class Lanes {

    final Partition partition;
    final Batcher<Receipt, Boolean> ack;
    final Batcher<Nack, Boolean> nack;
    private final Map<Durability, Batcher<NewJob, EnqueueOutcome>> enqueue = new EnumMap<>(Durability.class);
    private final DelayContext context;
    private final BiConsumer<Partition, Head> heads;

    Lanes(DelayContext context, Partition partition, EnqueueRequest.Limits limits) {
        this.context = context;
        this.partition = partition;
        this.heads = context::sooner;
        JobSession session = context.session;
        ack = batcher(new Batcher.Kind<>("ack", batch -> session.ack(partition, batch), part -> 0));
        nack = batcher(new Batcher.Kind<>("nack", batch -> session.nack(partition, batch), part -> 0));
        for (Durability durability : Durability.values()) {
            enqueue.put(
                    durability,
                    batcher(new Batcher.Kind<>(
                            "enqueue",
                            batch -> session.enqueue(new EnqueueRequest(partition, batch, limits, durability)),
                            job -> job.body().size())));
        }
    }

    Batcher<NewJob, EnqueueOutcome> enqueue(Durability durability) {
        return Objects.requireNonNull(enqueue.get(durability));
    }

    Batcher<Receipt, Boolean> extend(Duration visibility) {
        JobSession session = context.session;
        return batcher(new Batcher.Kind<>("extend", batch -> session.extend(partition, batch, visibility), part -> 0));
    }

    private <P, T> Batcher<P, T> batcher(Batcher.Kind<P, T> kind) {
        return new Batcher<>(context, partition, kind, heads);
    }
}
