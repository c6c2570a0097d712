package dev.pawl.delay.redis;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.Ticker;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisReply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits until a replica has confirmed what was written, which replicas do once a second by themselves. WAIT would ask them, but also
 * hold up everything else on the connection that all calls share, and is not to be had in a script. Thread-safe.
 */
final class Replication {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final long AGAIN_AFTER_MILLIS = 25;

    private final Redis redis;
    private final Ticker ticker;

    Replication(Redis redis, Ticker ticker) {
        this.redis = redis;
        this.ticker = ticker;
    }

    /**
     * Begins after the reply to a write, so that the server's offset is behind that write.
     *
     * @return ends with how long it took in milliseconds; fails with {@code UNKNOWN} if it cannot be seen that a replica has the write
     */
    CompletionStage<Long> confirm(PartitionKeys keys) {
        CompletableFuture<Long> result = new CompletableFuture<>();
        look(keys.all.subList(0, 1), null, ticker.nanos(), result);
        return result;
    }

    private record Mark(String history, long offset) {}

    private void look(List<String> key, @Nullable Mark mark, long begun, CompletableFuture<Long> result) {
        CompletionStage<RedisReply> looked = redis.eval(JobScripts.REPLICATION, key, List.of());
        looked.whenComplete((reply, failure) -> {
            if (failure != null) {
                result.completeExceptionally(unknown("cannot be seen", failure));
                return;
            }
            judge(key, mark == null ? new Mark(reply.text(0), reply.integer(1)) : mark, reply, begun, result);
        });
    }

    private void judge(List<String> key, Mark mark, RedisReply reply, long begun, CompletableFuture<Long> result) {
        long waited = ticker.nanos() - begun;
        if (!reply.text(0).equals(mark.history)) {
            result.completeExceptionally(unknown("ended with a fail-over", null));
        } else if (reply.integer(2) >= mark.offset) {
            result.complete(waited / 1_000_000);
        } else if (waited > PATIENCE.toNanos()) {
            result.completeExceptionally(unknown("was not confirmed within " + PATIENCE.toSeconds() + " s", null));
        } else {
            CompletableFuture.delayedExecutor(AGAIN_AFTER_MILLIS, TimeUnit.MILLISECONDS, Runnable::run)
                    .execute(() -> look(key, mark, begun, result));
        }
    }

    private static BackendException unknown(String what, @Nullable Throwable cause) {
        return new BackendException("replication of jobs " + what, Outcome.UNKNOWN, cause);
    }
}
