package dev.pawl.lock.redis;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.redis.RedisKeys;
import java.util.List;

/**
 * The keys of a resource. All are in one slot. A resource with one holder at a time has its record in one string; one that
 * several share has its holders in two sorted sets beside it.
 */
final class LockKeys {

    private final RedisKeys keys;

    LockKeys(RedisKeys keys) {
        this.keys = keys;
    }

    static boolean isShared(LockResource resource) {
        return resource.kind() == LockResource.Kind.READ_WRITE || resource.kind() == LockResource.Kind.SEMAPHORE;
    }

    String record(LockResource resource) {
        return keys.key(resource.kind().text(), resource.name());
    }

    /** What a lock has that nobody waits for and nobody has left with a request unanswered. */
    List<String> recordOnly(LockResource resource) {
        return List.of(record(resource));
    }

    /** What lock-acquire.lua and lock-release.lua touch. */
    List<String> of(LockResource resource) {
        String record = record(resource);
        return List.of(record, record + ":queue", record + ":places", record + ":dead");
    }

    /** What lock-renew.lua, lock-refuse.lua and lock-take-over.lua touch at most. */
    List<String> holder(LockResource resource) {
        String record = record(resource);
        return List.of(record, record + ":dead");
    }

    /** What shared-renew.lua and shared-refuse.lua touch. */
    List<String> sharedHolders(LockResource resource) {
        String record = record(resource);
        return List.of(record, record + ":ends", record + ":bases", record + ":dead");
    }

    /** What shared-acquire.lua and shared-release.lua touch. */
    List<String> shared(LockResource resource) {
        String record = record(resource);
        return List.of(
                record, record + ":ends", record + ":bases", record + ":queue", record + ":places", record + ":dead");
    }

    static String letter(FencingToken.Kind mode) {
        return switch (mode) {
            case EXCLUSIVE -> "w";
            case READ -> "r";
            case PERMIT -> "p";
        };
    }
}
