package dev.pawl.idgen.server;

import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/** One API key: how it is known, what it is let in for, and how often. The key itself is not here. Thread-safe. */
final class Key {

    /** Whoever comes where no key is demanded. */
    static final Key NOBODY = new Key("-", new byte[0], EnumSet.allOf(Scope.class), Names.ALL, Optional.empty());

    private final String name;
    private final byte[] sha256;
    private final Set<Scope> scopes;
    private final Names names;
    private final Optional<RateLimit> limit;

    /** Requests refused since the key lacks the scope or the name. */
    final LongAdder forbidden = new LongAdder();

    /** Requests refused by the rate limit. */
    final LongAdder limited = new LongAdder();

    /**
     * Makes a key.
     *
     * @param name what it is called in logs and meters
     * @param sha256 the hash by which it is known, 32 bytes
     * @param scopes what it is let in for
     * @param names the generators, tags and worker-id spaces it is let in for
     * @param limit how often, or empty for no limit
     */
    Key(String name, byte[] sha256, Set<Scope> scopes, Names names, Optional<RateLimit> limit) {
        this.name = name;
        this.sha256 = sha256.clone();
        this.scopes = scopes.isEmpty() ? EnumSet.noneOf(Scope.class) : EnumSet.copyOf(scopes);
        this.names = names;
        this.limit = limit;
    }

    String name() {
        return name;
    }

    byte[] sha256() {
        return sha256.clone();
    }

    /** Whether that is the hash of this key; takes the same time wherever they differ. */
    boolean hasHash(byte[] hash) {
        return MessageDigest.isEqual(sha256, hash);
    }

    boolean has(Scope scope) {
        return scopes.contains(scope);
    }

    boolean reaches(String named) {
        return names.contains(named);
    }

    Optional<RateLimit> limit() {
        return limit;
    }
}
