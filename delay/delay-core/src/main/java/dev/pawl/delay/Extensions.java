package dev.pawl.delay;

import dev.pawl.delay.spi.Partition;
import dev.pawl.delay.spi.Receipt;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gives the store a sign of life for each delivery of a consumer, each third of its visibility timeout, until it is answered or lost. Those of
 * one partition travel together. Thread-safe.
 */
final class Extensions {

    private final DelayContext context;
    private final Duration visibility;
    private final Map<Partition, Batcher<Receipt, Boolean>> batchers = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Extensions(DelayContext context, Duration visibility) {
        this.context = context;
        this.visibility = visibility;
    }

    void begin(Delivery<?> delivery, Lanes lanes, Delivery.Term term) {
        Batcher<Receipt, Boolean> batcher =
                batchers.computeIfAbsent(lanes.partition, partition -> lanes.extend(visibility));
        Extension extension = new Extension(delivery, batcher);
        extension.schedule(term.sentAt() + visibility.toNanos() / 3);
        delivery.ended().whenComplete((held, failure) -> extension.timer.cancel());
    }

    void close() {
        closed = true;
    }

    private final class Extension {

        private final Delivery<?> delivery;
        private final Batcher<Receipt, Boolean> batcher;
        private volatile Timers.Timer timer = () -> {};

        Extension(Delivery<?> delivery, Batcher<Receipt, Boolean> batcher) {
            this.delivery = delivery;
            this.batcher = batcher;
        }

        void schedule(long at) {
            timer = context.timers().schedule(Math.max(0, at - context.nanos()), this::due);
        }

        private void due() {
            if (closed || delivery.isAnswered()) {
                return;
            }
            long now = context.nanos();
            long enough = visibility.toNanos() * 2 / 3;
            long left = delivery.remaining().toNanos();
            if (left > enough) {
                // Somebody has extended it by hand, which this must not shorten.
                schedule(now + left - enough);
                return;
            }
            delivery.extended(
                            visibility, () -> batcher.submit(delivery.claimed().receipt()))
                    .whenComplete((stands, failure) -> {
                        if (failure != null) {
                            // Asked again as long as the lease is not over, so that a store that comes back in time
                            // saves it.
                            retry();
                        } else if (stands) {
                            schedule(now + visibility.toNanos() / 3);
                        } else if (!delivery.isAnswered()) {
                            delivery.tellLost();
                        }
                    });
        }

        private void retry() {
            if (delivery.isValid()) {
                schedule(context.nanos() + visibility.toNanos() / 10);
            }
        }
    }
}
