package dev.pawl.lock.etcd;

import dev.pawl.etcd.EtcdKeys;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.LockResource;
import java.util.List;

/**
 * The keys of a resource. Each attempt has one key below the resource's folder: writers, and whoever is alone, below {@code w/},
 * readers below {@code r/}, whoever took a lock over below {@code f/}; {@link KeyNames} names it. An attempt that ended has one
 * beside all resources.
 */
final class LockPaths {

    private static final String ENDED = "ended";

    private final EtcdKeys keys;

    LockPaths(EtcdKeys keys) {
        this.keys = keys;
    }

    /** The beginning of all keys of a kind. */
    String kind(LockResource.Kind kind) {
        return keys.prefix(kind.text());
    }

    String folder(LockResource resource) {
        return keys.key(resource.kind().text(), resource.name()) + "/";
    }

    String writers(LockResource resource) {
        return folder(resource) + "w/";
    }

    String front(LockResource resource) {
        return folder(resource) + "f/";
    }

    String readers(LockResource resource) {
        return folder(resource) + "r/";
    }

    /** Where whoever wants it so has its key. */
    String own(LockResource resource, FencingToken.Kind mode) {
        return mode == FencingToken.Kind.READ ? readers(resource) : writers(resource);
    }

    /** Whether a key is one that an attempt on the resource may have. */
    boolean isAttempt(LockResource resource, String key) {
        return List.of(writers(resource), readers(resource), front(resource)).stream()
                .anyMatch(start -> key.startsWith(start) && key.indexOf('/', start.length()) < 0);
    }

    String ended(String attempt) {
        return keys.prefix(ENDED) + attempt;
    }

    String boot(String instance) {
        return keys.key("boot", instance);
    }
}
