package dev.pawl.lock;

import dev.pawl.common.DaemonThreads;
import dev.pawl.common.Ticker;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.LockBackend;
import dev.pawl.lock.spi.LockFeature;
import dev.pawl.lock.spi.LockGuarantees;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockTerms;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The locks of one process in one store. Make one for the life of the application, and close it at its end.
 *
 * <p>Thread-safe. It has one thread for renewals and other timers, begun with the first lock, and unless an executor is given a
 * daemon thread for each callback that runs. Names are texts of 1 to 512 bytes in UTF-8; locks, read-write locks, semaphores and elections of the
 * same name do not touch each other.
 */
public final class LockService implements AutoCloseable {

    private final LockContext context;
    private final ThreadHolds threadHolds = new ThreadHolds();
    private final WheelTimers timers;
    private final @Nullable ExecutorService ownCallbacks;
    private final AtomicBoolean closed = new AtomicBoolean();

    private LockService(Builder builder) {
        this.timers = new WheelTimers();
        ownCallbacks = builder.callbacks == null ? DaemonThreads.pool("pawl-lock-callbacks") : null;
        Executor callbacks = ownCallbacks == null ? Objects.requireNonNull(builder.callbacks) : ownCallbacks;
        LockContext.Time time =
                new LockContext.Time(Ticker.system(), Clock.systemUTC(), timers, ThreadLocalRandom::current);
        LockContext.Settings settings = new LockContext.Settings(builder.listener, builder.patience);
        context = new LockContext(builder.backend, sessionId(builder), time, callbacks, settings);
    }

    /**
     * Makes a lock service with the defaults.
     *
     * @param backend where the locks are kept; stays open when the service is closed
     * @return the service
     */
    public static LockService of(LockBackend backend) {
        return builder(backend).build();
    }

    /**
     * Begins a lock service.
     *
     * @param backend where the locks are kept; stays open when the service is closed
     * @return the builder
     */
    public static Builder builder(LockBackend backend) {
        return new Builder(backend);
    }

    /**
     * Returns a lock with the {@linkplain LockOptions#defaults() defaults}. Asks nobody.
     *
     * @param name what is locked
     * @return the lock
     */
    public DistributedLock lock(String name) {
        return lock(name, LockOptions.defaults());
    }

    /**
     * Returns a lock. Asks nobody.
     *
     * @param name what is locked
     * @param options how it is held and waited for; they are this contender's, others may use others
     * @return the lock
     * @throws UnsupportedOperationException if the store does not offer what the options ask for
     * @throws IllegalArgumentException if the lease is shorter or longer than this store's
     */
    public DistributedLock lock(String name, LockOptions options) {
        return exclusive(LockResource.Kind.LOCK, name, options);
    }

    /**
     * Returns a read-write lock with the {@linkplain LockOptions#defaults() defaults}. Asks nobody.
     *
     * @param name what is locked
     * @return both sides
     * @throws UnsupportedOperationException if the store does not offer read-write locks
     */
    public DistributedReadWriteLock readWriteLock(String name) {
        return readWriteLock(name, LockOptions.defaults());
    }

    /**
     * Returns a read-write lock. Asks nobody.
     *
     * @param name what is locked
     * @param options how it is held and waited for
     * @return both sides
     * @throws UnsupportedOperationException if the store does not offer read-write locks, or what the options ask for
     * @throws IllegalArgumentException if the lease is shorter or longer than this store's
     */
    public DistributedReadWriteLock readWriteLock(String name, LockOptions options) {
        guarantees().require(LockFeature.READ_WRITE);
        DistributedLock write = exclusive(LockResource.Kind.READ_WRITE, name, options);
        return new DistributedReadWriteLock(lock(write.resource(), FencingToken.Kind.READ, 1, options), write);
    }

    /**
     * Returns a semaphore with the {@linkplain LockOptions#defaults() defaults}: each grant is one permit, which ends with its
     * lease if its holder dies. Asks nobody.
     *
     * @param name what is counted
     * @param permits how many there are, in [1, 100,000]; clients that name different numbers are each held to their own
     * @return the semaphore
     * @throws UnsupportedOperationException if the store does not offer semaphores
     */
    public DistributedLock semaphore(String name, int permits) {
        return semaphore(name, permits, LockOptions.defaults());
    }

    /**
     * Returns a semaphore. Asks nobody.
     *
     * @param name what is counted
     * @param permits how many there are, in [1, 100,000]; clients that name different numbers are each held to their own
     * @param options how a permit is held and waited for
     * @return the semaphore
     * @throws UnsupportedOperationException if the store does not offer semaphores, or what the options ask for
     * @throws IllegalArgumentException if the lease is shorter or longer than this store's
     */
    public DistributedLock semaphore(String name, int permits, LockOptions options) {
        guarantees().require(LockFeature.SEMAPHORE);
        LockResource resource = new LockResource(LockResource.Kind.SEMAPHORE, name);
        return lock(resource, FencingToken.Kind.PERMIT, permits, options);
    }

    /**
     * Returns several locks as one, with the {@linkplain LockOptions#defaults() defaults}. They are taken one after the other in
     * the order of their names, so that contenders for overlapping sets do not wait for each other in a circle. Asks nobody.
     *
     * @param names at least one; a name that comes twice counts once
     * @return the locks
     */
    public MultiLock lockAll(String... names) {
        return lockAll(Arrays.asList(names), LockOptions.defaults());
    }

    /**
     * Returns several locks as one. Asks nobody.
     *
     * @param names at least one; a name that comes twice counts once
     * @param options how each is held and waited for
     * @return the locks
     * @throws UnsupportedOperationException if the store does not offer what the options ask for
     * @throws IllegalArgumentException if the lease is shorter or longer than this store's
     */
    public MultiLock lockAll(List<String> names, LockOptions options) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("names must not be empty");
        }
        return new MultiLock(names.stream()
                .distinct()
                .sorted()
                .map(name -> lock(name, options))
                .toList());
    }

    /**
     * Returns an election with the {@linkplain LockOptions#defaults() defaults}. Asks nobody.
     *
     * @param name of what a leader is elected
     * @return the election
     */
    public LeaderElection election(String name) {
        return election(name, LockOptions.defaults());
    }

    /**
     * Returns an election. Asks nobody.
     *
     * @param name of what a leader is elected
     * @param options how a term is held and waited for
     * @return the election
     * @throws UnsupportedOperationException if the store does not offer what the options ask for
     * @throws IllegalArgumentException if the lease is shorter or longer than this store's
     */
    public LeaderElection election(String name, LockOptions options) {
        return new LeaderElection(exclusive(LockResource.Kind.ELECTION, name, options), context);
    }

    /**
     * Tells what the store offers, and on what each promise rests.
     *
     * @return the same answer each time
     */
    public LockGuarantees guarantees() {
        return context.backend.guarantees();
    }

    /**
     * Returns what an administrator may do with the locks of this store, in this process and in others.
     *
     * @return the administration
     * @throws UnsupportedOperationException if the store offers none
     */
    public LockAdmin admin() {
        guarantees().require(LockFeature.ADMIN);
        return new LockAdmin(context);
    }

    /**
     * Ends the service. Who waits fails with an {@link IllegalStateException}. What is held is lost
     * ({@link LockLost#cause()} says so), and is left to its lease: the thread that works under it may be working still.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        context.close();
        timers.close();
        if (ownCallbacks != null) {
            ownCallbacks.shutdown();
        }
    }

    private DistributedLock exclusive(LockResource.Kind kind, String name, LockOptions options) {
        return lock(new LockResource(kind, name), FencingToken.Kind.EXCLUSIVE, 1, options);
    }

    private DistributedLock lock(LockResource resource, FencingToken.Kind mode, int permits, LockOptions options) {
        if (options.fair()) {
            guarantees().require(LockFeature.FAIR);
        }
        if (!options.delay().isZero()) {
            guarantees().require(LockFeature.LOCK_DELAY);
        }
        LockOptions fitting = options.within(context.backend.leastLease(), context.backend.greatestLease());
        LockTerms terms = new LockTerms(mode, permits, fitting.lease(), fitting.delay());
        // One that may not stand in a token is found here, and not by the first grant.
        String issuer =
                FencingToken.exclusive(context.backend.issuer(resource), 1).issuer();
        return new DistributedLock(context, threadHolds, new Wanted(resource, terms, fitting, issuer));
    }

    private static String sessionId(Builder builder) {
        // Two sessions of one id would be granted each other's locks.
        UUID uuid = UUID.randomUUID();
        String random = Long.toUnsignedString(uuid.getMostSignificantBits(), 36)
                + Long.toUnsignedString(uuid.getLeastSignificantBits(), 36);
        return builder.instance == null ? random : Instance.session(builder.instance, builder.nextBoot(), random);
    }

    /** What may be chosen for a lock service. Not thread-safe. */
    public static final class Builder {

        private final LockBackend backend;
        private @Nullable LockListener listener;
        private Duration patience = Duration.ofSeconds(10);
        private @Nullable Executor callbacks;
        private @Nullable String instance;

        private Builder(LockBackend backend) {
            this.backend = Objects.requireNonNull(backend, "backend");
        }

        /**
         * Sets who is told what happens; the default is nobody.
         *
         * @param changed the listener
         * @return this
         */
        public Builder listener(LockListener changed) {
            listener = Objects.requireNonNull(changed, "listener");
            return this;
        }

        /**
         * Sets how long the store may fail before a contender that waits gives up with its failure; the default is 10 seconds.
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
         * Sets what runs the callbacks of lost locks and elections; the default is one daemon thread. It stays the caller's.
         *
         * @param changed the executor
         * @return this
         */
        public Builder callbacks(Executor changed) {
            callbacks = Objects.requireNonNull(changed, "callbacks");
            return this;
        }

        /**
         * Names what stays the same when this process is started again, so that a later start may take over what an earlier one
         * held ({@link LockAdmin#takeOver}); the default is no name. {@link #build} then asks the store for the number of this start.
         *
         * @param changed 1 to 48 letters, digits and hyphens
         * @return this
         */
        public Builder instance(String changed) {
            backend.guarantees().require(LockFeature.ADMIN);
            Instance.requireName(changed);
            instance = changed;
            return this;
        }

        private long nextBoot() {
            return LockAdmin.joined(backend.administration().nextBoot(Objects.requireNonNull(instance)));
        }

        /**
         * Makes the service. Blocks for one answer of the store if an {@linkplain #instance instance} was named.
         *
         * @return a service that must be closed
         */
        public LockService build() {
            return new LockService(this);
        }
    }
}
