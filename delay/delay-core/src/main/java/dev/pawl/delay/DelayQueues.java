package dev.pawl.delay;

import dev.pawl.common.DaemonThreads;
import dev.pawl.common.Ticker;
import dev.pawl.delay.spi.JobStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The delay queues of one process in one store. Make one for the life of the application, and close it at its end.
 *
 * <p>Thread-safe. It has one thread for timers, begun with the first of them; unless executors are given, handlers run on virtual threads
 * where the JVM has them and on daemon threads else, and callbacks on daemon threads.
 */
public final class DelayQueues implements AutoCloseable {

    private final DelayContext context;
    private final WheelTimers timers = new WheelTimers();
    private final @Nullable ExecutorService ownCallbacks;
    private final @Nullable ExecutorService ownHandlers;
    private final AtomicBoolean closed = new AtomicBoolean();

    private DelayQueues(Builder builder) {
        ownCallbacks = builder.callbacks == null ? DaemonThreads.pool("pawl-delay-callbacks") : null;
        ownHandlers = builder.handlers == null ? HandlerThreads.make() : null;
        DelayContext.Threads threads =
                new DelayContext.Threads(or(builder.callbacks, ownCallbacks), or(builder.handlers, ownHandlers));
        DelayContext.Time time = new DelayContext.Time(Ticker.system(), Clock.systemUTC(), timers);
        DelayContext.Settings settings = new DelayContext.Settings(builder.listener, builder.patience);
        context = new DelayContext(builder.store, DelayQueue.newId(), time, threads, settings);
    }

    private static Executor or(@Nullable Executor given, @Nullable ExecutorService own) {
        return given == null ? Objects.requireNonNull(own) : given;
    }

    /**
     * Makes queues with the defaults.
     *
     * @param store where jobs are kept; stays open when the queues are closed
     * @return the queues
     */
    public static DelayQueues of(JobStore store) {
        return builder(store).build();
    }

    /**
     * Begins queues.
     *
     * @param store where jobs are kept; stays open when the queues are closed
     * @return the builder
     */
    public static Builder builder(JobStore store) {
        return new Builder(store);
    }

    /**
     * Returns a queue with the {@linkplain QueueOptions#defaults() defaults}. Asks nobody.
     *
     * @param name any text of 1 to 512 bytes in UTF-8
     * @param codec turns payloads into bytes and back
     * @param <T> the payload
     * @return the queue; take it once and keep it, since concurrent calls travel together only on one
     */
    public <T> DelayQueue<T> queue(String name, PayloadCodec<T> codec) {
        return queue(name, codec, QueueOptions.defaults());
    }

    /**
     * Returns a queue. Asks nobody.
     *
     * @param name any text of 1 to 512 bytes in UTF-8
     * @param codec turns payloads into bytes and back
     * @param options how it is kept
     * @param <T> the payload
     * @return the queue; take it once and keep it, since concurrent calls travel together only on one
     * @throws UnsupportedOperationException if the store does not offer the durability
     */
    public <T> DelayQueue<T> queue(String name, PayloadCodec<T> codec, QueueOptions options) {
        context.store.guarantees().require(options.durability());
        return new DelayQueue<>(context, name, Objects.requireNonNull(codec, "codec"), options);
    }

    /**
     * Stops all consumers gracefully, waiting for the running handlers of each for 30 seconds at most, and then frees what the queues
     * hold. The second call does nothing.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        context.close();
        timers.close();
        if (ownHandlers != null) {
            ownHandlers.shutdown();
        }
        if (ownCallbacks != null) {
            ownCallbacks.shutdown();
        }
    }

    /** What may be chosen for all queues. Not thread-safe. */
    public static final class Builder {

        private final JobStore store;
        private @Nullable DelayListener listener;
        private Duration patience = Duration.ofSeconds(10);
        private @Nullable Executor callbacks;
        private @Nullable Executor handlers;

        private Builder(JobStore store) {
            this.store = Objects.requireNonNull(store, "store");
        }

        /**
         * Sets who is told what happens; the default is nobody.
         *
         * @param changed the listener
         * @return this
         */
        public Builder listener(DelayListener changed) {
            listener = Objects.requireNonNull(changed, "listener");
            return this;
        }

        /**
         * Sets for how long a request is repeated that the store does not answer; the default is 10 seconds. Half of the store's
         * {@link JobStore#retryHorizon()} is the most that has an effect.
         *
         * @param changed zero or more; zero gives up at the first failure
         * @return this
         */
        public Builder patience(Duration changed) {
            if (changed.isNegative()) {
                throw new IllegalArgumentException("patience must be >= 0: patience=" + changed);
            }
            patience = changed;
            return this;
        }

        /**
         * Sets what runs that which depends on asynchronous calls; the default is daemon threads. It stays the caller's.
         *
         * @param changed the executor
         * @return this
         */
        public Builder callbacks(Executor changed) {
            callbacks = Objects.requireNonNull(changed, "callbacks");
            return this;
        }

        /**
         * Sets what runs handlers; the default is virtual threads where the JVM has them, and daemon threads else. It must run as many
         * at once as all consumers together are allowed, and must not run them on the calling thread. It stays the caller's.
         *
         * @param changed the executor
         * @return this
         */
        public Builder handlers(Executor changed) {
            handlers = Objects.requireNonNull(changed, "handlers");
            return this;
        }

        /**
         * Makes the queues. Asks nobody.
         *
         * @return queues that must be closed
         */
        public DelayQueues build() {
            return new DelayQueues(this);
        }
    }
}
