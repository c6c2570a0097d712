package dev.pawl.lock.redis;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisReply;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the settings of each master before the first lock: one that may evict keys would lose locks without a word, so it is
 * refused. Asked again by the next lock after a failure. Thread-safe.
 */
final class ServerCheck {

    private final Redis redis;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable CompletableFuture<Boolean> running;
    private volatile boolean passed;

    ServerCheck(Redis redis) {
        this.redis = redis;
    }

    boolean passed() {
        return passed;
    }

    /** Completes when the servers have passed; fails with a {@link BackendException} that nothing was applied. */
    CompletableFuture<Boolean> run() {
        CompletableFuture<Boolean> run;
        lock.lock();
        try {
            if (running != null && !running.isCompletedExceptionally()) {
                return running;
            }
            run = new CompletableFuture<>();
            running = run;
        } finally {
            lock.unlock();
        }
        redis.evalOnEveryMaster(Scripts.CHECK, List.of()).whenComplete((replies, failure) -> {
            if (failure != null) {
                run.completeExceptionally(
                        new BackendException("settings of Redis could not be read", Outcome.NOT_APPLIED, failure));
                return;
            }
            for (RedisReply reply : replies) {
                if (!reply.text(0).equals("noeviction") && reply.integer(1) > 0) {
                    run.completeExceptionally(new BackendException(
                            "maxmemory-policy must be noeviction, since any other evicts locks: maxmemory-policy="
                                    + reply.text(0) + ", maxmemory=" + reply.integer(1),
                            Outcome.NOT_APPLIED,
                            null));
                    return;
                }
            }
            passed = true;
            run.complete(true);
        });
        return run;
    }
}
