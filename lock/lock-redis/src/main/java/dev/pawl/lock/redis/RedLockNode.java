package dev.pawl.lock.redis;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.lock.redis.NodeAnswer.Kind;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisKeys;
import dev.pawl.redis.RedisReply;
import dev.pawl.redis.RedisScript;
import dev.pawl.redis.ServerCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** One of RedLock's nodes: writes requests as script calls and reads what it says. No stage of a {@link NodeAnswer} fails. */
final class RedLockNode {

    private static final Kind[] KINDS = {
        Kind.NO, Kind.YES, Kind.HELD, Kind.LOW, Kind.KEPT_OUT, Kind.ENDED, Kind.TOO_LONG, Kind.WANTED,
    };

    private final Redis redis;
    private final RedisKeys keys;
    private final ServerCheck check;

    RedLockNode(Redis redis, RedisKeys keys, ServerCheck check) {
        this.redis = redis;
        this.keys = keys;
        this.check = check;
    }

    /** Someone who holds a lock on a node. */
    record Held(String attempt, long proposal) {}

    /** What a node tells of a lock: who holds it there and for how long yet. */
    record Description(NodeAnswer answer, Held holder, long millis) {}

    /** Completes when it is known how the node is set, or that it cannot be asked; a request is sent at once from then on. */
    CompletableFuture<Boolean> lookedAt() {
        return check.passed()
                ? CompletableFuture.completedFuture(true)
                : check.run().handle((passed, failure) -> failure == null);
    }

    CompletableFuture<NodeAnswer> acquire(LockResource resource, String attempt, long proposal, Duration hold) {
        List<byte[]> args = List.of(Scripts.text(attempt), Scripts.padded(proposal), Scripts.millis(hold));
        List<String> names = keysAndMark(resource, attempt);
        return said(
                check.passed()
                        ? call(RedLockScripts.ACQUIRE, names, args)
                        : check.run().thenCompose(done -> call(RedLockScripts.ACQUIRE, names, args)));
    }

    CompletableFuture<NodeAnswer> renew(LockResource resource, Held grant, Duration hold) {
        return said(call(RedLockScripts.RENEW, keys(resource, grant.attempt()), args(grant, hold)));
    }

    CompletableFuture<NodeAnswer> release(LockResource resource, Held grant, Duration tombstone) {
        return said(call(RedLockScripts.RELEASE, keysAndMark(resource, grant.attempt()), args(grant, tombstone)));
    }

    CompletableFuture<NodeAnswer> refuse(LockResource resource, Held grant) {
        List<byte[]> args = List.of(Scripts.text(grant.attempt()), Scripts.padded(grant.proposal()));
        return said(call(RedLockScripts.REFUSE, keys(resource, grant.attempt()), args));
    }

    private static List<byte[]> args(Held grant, Duration duration) {
        return List.of(Scripts.text(grant.attempt()), Scripts.padded(grant.proposal()), Scripts.millis(duration));
    }

    CompletableFuture<Description> describe(LockResource resource) {
        List<String> both = keys(resource, "").subList(0, 2);
        return call(RedLockScripts.DESCRIBE, both, List.of())
                .handle((reply, failure) -> {
                    NodeAnswer answer = failure == null ? read(reply) : failed(failure);
                    return answer.kind() == Kind.YES
                            ? new Description(answer, new Held(reply.text(3), reply.integer(1)), reply.integer(2))
                            : new Description(answer, new Held("", 0), 0);
                })
                .toCompletableFuture();
    }

    CompletionStage<RedisReply> call(RedisScript script, List<byte[]> args) {
        return call(script, List.of(nodeKey()), args);
    }

    private CompletionStage<RedisReply> call(RedisScript script, List<String> names, List<byte[]> args) {
        return guarded(() -> redis.eval(script, names, args));
    }

    private static CompletionStage<RedisReply> guarded(Supplier<CompletionStage<RedisReply>> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static CompletableFuture<NodeAnswer> said(CompletionStage<RedisReply> reply) {
        return reply.handle((read, failure) -> failure == null ? read(read) : failed(failure))
                .toCompletableFuture();
    }

    private static NodeAnswer read(RedisReply reply) {
        Kind kind = KINDS[(int) reply.integer(0)];
        return switch (kind) {
            case YES, WANTED, LOW -> new NodeAnswer(kind, 0, reply.integer(1), null);
            case HELD -> new NodeAnswer(kind, reply.integer(1), reply.integer(2), null);
            case TOO_LONG -> new NodeAnswer(kind, reply.integer(1), 0, null);
            default -> NodeAnswer.of(kind);
        };
    }

    private static NodeAnswer failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        boolean notApplied = cause instanceof BackendException known && known.outcome() == Outcome.NOT_APPLIED;
        return NodeAnswer.failed(notApplied ? Kind.NOT_APPLIED : Kind.UNKNOWN, cause);
    }

    private String nodeKey() {
        return keys.key("redlock", "node");
    }

    private List<String> keysAndMark(LockResource resource, String attempt) {
        List<String> all = new ArrayList<>(keys(resource, attempt));
        all.add(all.get(1) + ":wanted");
        return all;
    }

    private List<String> keys(LockResource resource, String attempt) {
        // Apart from the locks of a RedisLockBackend in the same namespace.
        String record = keys.key("redlock-" + resource.kind().text(), resource.name());
        return List.of(nodeKey(), record, record + ":dead:" + attempt);
    }
}
