package dev.pawl.lock.zookeeper;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.DaemonThreads;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.lock.spi.LockAdministration;
import dev.pawl.lock.spi.LockBackend;
import dev.pawl.lock.spi.LockFeature;
import dev.pawl.lock.spi.LockGuarantees;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockSession;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/**
 * Locks in ZooKeeper 3.6 and later. A lock is a queue of ephemeral sequential nodes, the first of which holds it; a token's number is
 * the id of the transaction that made the node. An uncontended acquire is one round trip, and so is a release; waiters are
 * granted in the order of their nodes, over all clients.
 *
 * <p>Each lock session, so each lock service, has a session of ZooKeeper of its own, with which all its locks end. The answers of
 * a server do not prove that the session lives, since a follower that is cut off from its leader goes on answering: a lease
 * counts from writes that the servers have committed. For that a session writes a node of its own each sixth of its timeout, and
 * leases are bounded by {@link ZooKeeperLockOptions#greatestLease()}. It rests on a tick that is not shorter than the servers', and on a
 * leader that hears from each follower, whose requests it hears too, within a tick.
 *
 * <p>A lock-delay belongs to the session, so it is an option of the backend and not of a lock.
 *
 * <p>Thread-safe.
 */
public final class ZooKeeperLockBackend implements LockBackend {

    /** After 2147483647 a sequence does not rise any more; the distance is more than can be under way. */
    private static final long SEQUENCE_LIMIT = 2_000_000_000;

    private static final LockGuarantees GUARANTEES = new LockGuarantees(
            "zookeeper",
            EnumSet.complementOf(EnumSet.of(LockFeature.LOCK_DELAY)),
            "a quorum that keeps what it has committed, a tick that is not shorter than the servers', and clocks that differ by"
                    + " less than 1 % in speed",
            "the ids of committed transactions; ends if the ensemble is built anew or goes back to a backup");

    private final ZooKeeperConnector connector;
    private final ZooKeeperLockOptions options;
    private final LockPaths paths;
    private final long sequenceLimit;
    private final Map<String, ZooKeeperLockSession> sessions = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Wire administering;
    private boolean closed;

    ZooKeeperLockBackend(
            ZooKeeperConnector connector, String namespace, ZooKeeperLockOptions options, long sequenceLimit) {
        this.connector = Objects.requireNonNull(connector, "connector");
        this.options = Objects.requireNonNull(options, "options");
        this.paths = new LockPaths(namespace);
        this.sequenceLimit = sequenceLimit;
        FencingToken.issuer("zookeeper", namespace, "x".repeat(LockResource.GREATEST_BYTES + "read-write/".length()));
    }

    /**
     * Makes a backend with {@link ZooKeeperLockOptions#defaults()}. Connects to nobody yet.
     *
     * @param connector makes the handles, one for each lock session and one for administration
     * @param namespace the path below which everything is, as {@code /pawl}: whoever has another one has other locks. Made if it is
     *     not there. It stands in tokens' issuers, so its length is bounded, to about 480 bytes
     * @return the backend
     * @throws IllegalArgumentException if the namespace is not such a path, or is too long
     */
    public static ZooKeeperLockBackend of(ZooKeeperConnector connector, String namespace) {
        return of(connector, namespace, ZooKeeperLockOptions.defaults());
    }

    /**
     * Makes a backend. Connects to nobody yet.
     *
     * @param connector makes the handles, one for each lock session and one for administration
     * @param namespace the path below which everything is, as {@code /pawl}
     * @param options what holds for all locks
     * @return the backend
     * @throws IllegalArgumentException if the namespace is not such a path, or is too long
     */
    public static ZooKeeperLockBackend of(
            ZooKeeperConnector connector, String namespace, ZooKeeperLockOptions options) {
        return new ZooKeeperLockBackend(connector, namespace, options, SEQUENCE_LIMIT);
    }

    ZooKeeperConnector connector() {
        return connector;
    }

    ZooKeeperLockOptions options() {
        return options;
    }

    LockPaths paths() {
        return paths;
    }

    long sequenceLimit() {
        return sequenceLimit;
    }

    @Override
    public LockGuarantees guarantees() {
        return GUARANTEES;
    }

    @Override
    public String issuer(LockResource resource) {
        return FencingToken.issuer("zookeeper", paths.root(), resource.toString());
    }

    @Override
    public Duration greatestLease() {
        return options.greatestLease();
    }

    @Override
    public LockSession open(String id, GrantListener listener) {
        ZooKeeperLockSession session = new ZooKeeperLockSession(this, id, listener, () -> sessions.remove(id));
        sessions.put(id, session);
        return session;
    }

    /** The open session that an attempt belongs to. */
    Optional<ZooKeeperLockSession> sessionOf(String attempt) {
        return Optional.ofNullable(sessions.get(attempt.substring(0, Math.max(0, attempt.lastIndexOf('-')))));
    }

    @Override
    public LockAdministration administration() {
        return new ZooKeeperLockAdministration(this);
    }

    /** A handle for what belongs to no lock session. */
    Wire administering() {
        lock.lock();
        try {
            if (closed) {
                throw new BackendException("lock backend is closed", Outcome.NOT_APPLIED, null);
            }
            Wire wire = administering;
            if (wire == null || !wire.zooKeeper().getState().isAlive()) {
                wire = Surroundings.connect(connector, options, event -> {});
                administering = wire;
            }
            return wire;
        } finally {
            lock.unlock();
        }
    }

    /** Closes the handle for administration, in the background. Lock sessions close theirs. */
    @Override
    public void close() {
        Wire wire;
        lock.lock();
        try {
            closed = true;
            wire = administering;
            administering = null;
        } finally {
            lock.unlock();
        }
        if (wire != null) {
            closeLater(wire.zooKeeper());
        }
    }

    /** Waits for the handle's own threads, of which the caller may be one. */
    static void closeLater(ZooKeeper zooKeeper) {
        ExecutorService closing = DaemonThreads.pool("pawl-lock-zookeeper-close");
        closing.execute(() -> {
            try {
                zooKeeper.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        closing.shutdown();
    }
}
