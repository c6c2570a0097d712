package dev.pawl.lock.redis;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.LockAdministration;
import dev.pawl.lock.spi.LockDescription;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisKeys;
import dev.pawl.redis.RedisReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** What an administrator may do, by scripts. A list finds the records by SCAN and asks for a bounded number of them at a time. */
final class RedisLockAdministration implements LockAdministration {

    private static final int AT_A_TIME = 100;

    private final Redis redis;
    private final RedisKeys names;
    private final LockKeys keys;
    private final AtomicLong seen;

    RedisLockAdministration(Redis redis, RedisKeys names, AtomicLong seen) {
        this.redis = redis;
        this.names = names;
        this.keys = new LockKeys(names);
        this.seen = seen;
    }

    @Override
    public CompletionStage<List<LockDescription>> list(LockResource.Kind kind) {
        return redis.scan(names.prefix(kind.text())).thenCompose(found -> {
            List<LockResource> resources = found.stream()
                    .filter(key -> key.endsWith("}"))
                    .flatMap(key -> names.name(kind.text(), key).stream())
                    .map(name -> new LockResource(kind, name))
                    .toList();
            return describe(resources, new ArrayList<>());
        });
    }

    private CompletionStage<List<LockDescription>> describe(List<LockResource> resources, List<LockDescription> found) {
        if (resources.isEmpty()) {
            return CompletableFuture.completedFuture(found);
        }
        int end = Math.min(AT_A_TIME, resources.size());
        List<CompletableFuture<LockDescription>> some = resources.subList(0, end).stream()
                .map(resource -> describe(resource).toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(some.toArray(CompletableFuture[]::new)).thenCompose(done -> {
            some.stream()
                    .map(CompletableFuture::join)
                    .filter(described -> !described.holders().isEmpty() || described.waiting() > 0)
                    .forEach(found::add);
            return describe(resources.subList(end, resources.size()), found);
        });
    }

    @Override
    public CompletionStage<LockDescription> describe(LockResource resource) {
        List<String> all = LockKeys.isShared(resource) ? keys.shared(resource) : keys.of(resource);
        CompletionStage<RedisReply> reply = LockKeys.isShared(resource)
                ? redis.eval(Scripts.SHARED_DESCRIBE, all.subList(1, 4), List.of())
                : redis.eval(Scripts.DESCRIBE, all.subList(0, 2), List.of());
        return reply.thenApply(described -> read(resource, described));
    }

    private static LockDescription read(LockResource resource, RedisReply reply) {
        List<LockDescription.Holder> holders = new ArrayList<>();
        for (int i = 1; i < reply.size(); i += 3) {
            String holder = reply.text(i);
            Grant grant = new Grant(resource, mode(holder.charAt(0)), holder.substring(1), reply.integer(i + 1));
            holders.add(new LockDescription.Holder(grant, Duration.ofMillis(reply.integer(i + 2))));
        }
        return new LockDescription(resource, holders, (int) reply.integer(0));
    }

    private static FencingToken.Kind mode(char letter) {
        return switch (letter) {
            case 'r' -> FencingToken.Kind.READ;
            case 'p' -> FencingToken.Kind.PERMIT;
            default -> FencingToken.Kind.EXCLUSIVE;
        };
    }

    @Override
    public CompletionStage<Boolean> refuse(Grant grant) {
        LockResource resource = grant.resource();
        CompletionStage<RedisReply> reply = LockKeys.isShared(resource)
                ? redis.eval(
                        Scripts.SHARED_REFUSE,
                        keys.sharedHolders(resource),
                        List.of(
                                Scripts.text(LockKeys.letter(grant.mode()) + grant.attempt()),
                                Scripts.number(grant.base()),
                                Scripts.KEPT))
                : redis.eval(
                        Scripts.REFUSE,
                        keys.holder(resource),
                        List.of(Scripts.text(grant.attempt()), Scripts.padded(grant.base())));
        return reply.thenApply(answer -> answer.integer(0) == 1);
    }

    @Override
    public CompletionStage<AcquireAnswer> takeOver(AcquireRequest request, Grant from) {
        if (LockKeys.isShared(request.resource())) {
            throw new UnsupportedOperationException(
                    "only a lock with one holder is taken over: resource=" + request.resource());
        }
        List<byte[]> args = List.of(
                Scripts.text(request.attempt()),
                Scripts.millis(request.terms().lease().plus(request.terms().delay())),
                Scripts.padded(seen.get() + 1),
                Scripts.text(from.attempt()),
                Scripts.padded(from.base()));
        return redis.eval(Scripts.TAKE_OVER, keys.holder(request.resource()), args)
                .thenApply(reply -> RedisLockSession.read(reply, seen));
    }

    @Override
    public CompletionStage<Long> nextBoot(String instance) {
        return redis.eval(Scripts.NEXT_BOOT, List.of(names.key("boot", instance)), List.of())
                .thenApply(reply -> reply.integer(0));
    }
}
