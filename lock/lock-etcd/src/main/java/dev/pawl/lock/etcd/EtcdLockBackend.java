package dev.pawl.lock.etcd;

import dev.pawl.etcd.Etcd;
import dev.pawl.etcd.EtcdKeys;
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
import java.util.concurrent.ConcurrentHashMap;

/**
 * Locks in etcd, alone or as a cluster: 3.5 and later; older ones back to 3.4 work and are warned of, since their leases have known
 * bugs. One transaction acquires, one releases.
 *
 * <p>Whoever waits has a key in order of arrival and watches the one in front of it. The base of a grant's token is the revision of
 * the write that granted it, so tokens rise as long as etcd's revisions do: a restore from a snapshot that does not bump the revision
 * takes them back.
 *
 * <p>Each session has one lease of etcd, on which all locks with the {@link EtcdLockOptions#greatestLease() greatest lease} hang; a lock with a shorter one
 * has a lease of its own, which costs a round trip more for the acquisition and one behind the release. Thread-safe.
 */
public final class EtcdLockBackend implements LockBackend {

    private static final LockGuarantees GUARANTEES = new LockGuarantees(
            "etcd",
            EnumSet.of(LockFeature.FAIR, LockFeature.READ_WRITE, LockFeature.DESCRIBE, LockFeature.ADMIN),
            "transactions of etcd, and its leases: clocks of clients and of the leader run at about the same speed",
            "revisions of etcd, which rise as long as it is not restored without a bump of the revision");

    private final Etcd etcd;
    private final EtcdKeys keys;
    private final LockPaths paths;
    private final EtcdLockOptions options;
    private final ServerCheck check;
    private final Map<String, EtcdLockSession> sessions = new ConcurrentHashMap<>();

    private EtcdLockBackend(Etcd etcd, String namespace, EtcdLockOptions options) {
        this.etcd = Objects.requireNonNull(etcd, "etcd");
        this.options = Objects.requireNonNull(options, "options");
        this.keys = new EtcdKeys(namespace);
        this.paths = new LockPaths(keys);
        this.check = new ServerCheck(etcd);
    }

    /**
     * Makes a backend with the {@linkplain EtcdLockOptions#defaults() defaults}.
     *
     * @param etcd the connection, which stays open
     * @param namespace what keeps users of one etcd apart, any text of 1 to 512 bytes of UTF-8
     * @return the backend
     * @throws IllegalArgumentException if the namespace is empty, too long, or no well-formed text
     */
    public static EtcdLockBackend of(Etcd etcd, String namespace) {
        return of(etcd, namespace, EtcdLockOptions.defaults());
    }

    /**
     * Makes a backend.
     *
     * @param etcd the connection, which stays open
     * @param namespace what keeps users of one etcd apart, any text of 1 to 512 bytes of UTF-8
     * @param options how sessions keep locks
     * @return the backend
     * @throws IllegalArgumentException if the namespace is empty, too long, or no well-formed text
     */
    public static EtcdLockBackend of(Etcd etcd, String namespace, EtcdLockOptions options) {
        return new EtcdLockBackend(etcd, namespace, options);
    }

    @Override
    public LockGuarantees guarantees() {
        return GUARANTEES;
    }

    @Override
    public String issuer(LockResource resource) {
        return FencingToken.issuer("etcd", keys.namespace(), resource.toString());
    }

    @Override
    public Duration leastLease() {
        return options.leastLease();
    }

    @Override
    public Duration greatestLease() {
        return options.greatestLease();
    }

    @Override
    public LockSession open(String id, GrantListener listener) {
        return session(id, listener);
    }

    EtcdLockSession session(String id, GrantListener listener) {
        check.once();
        EtcdLockSession.Owner owner = new EtcdLockSession.Owner(id, listener, () -> sessions.remove(id));
        EtcdLockSession session = new EtcdLockSession(etcd, paths, options, owner);
        sessions.put(id, session);
        return session;
    }

    @Override
    public LockAdministration administration() {
        return new EtcdLockAdministration(etcd, keys, paths, sessions);
    }

    /** Does nothing: the connection stays open. */
    @Override
    public void close() {}
}
