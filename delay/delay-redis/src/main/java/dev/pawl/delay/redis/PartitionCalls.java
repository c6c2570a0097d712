package dev.pawl.delay.redis;

import dev.pawl.delay.spi.Partition;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisFailures;
import dev.pawl.redis.RedisKeys;
import dev.pawl.redis.RedisReply;
import dev.pawl.redis.RedisScript;
import dev.pawl.redis.ServerCheck;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs scripts on partitions. What was refused before the script ran since the slot is on its way is tried again with back-off,
 * and a partition that is not there is made. Thread-safe.
 */
final class PartitionCalls {

    static final String ABSENT = "PAWLABSENT";

    private static final Set<String> PASSING = Set.of("TRYAGAIN", "ASK", "MOVED", "CLUSTERDOWN");
    private static final long FIRST_BACK_OFF_MILLIS = 10;
    private static final long LONGEST_BACK_OFF_MILLIS = 320;

    /** About five seconds altogether. */
    private static final int MOST_TRIES = 20;

    private final Redis redis;
    private final RedisKeys keys;
    private final ServerCheck check;
    private final ConcurrentHashMap<Partition, PartitionKeys> partitions = new ConcurrentHashMap<>();

    PartitionCalls(Redis redis, RedisKeys keys, ServerCheck check) {
        this.redis = redis;
        this.keys = keys;
        this.check = check;
    }

    PartitionKeys keys(Partition partition) {
        PartitionKeys known = partitions.get(partition);
        return known != null ? known : partitions.computeIfAbsent(partition, made -> new PartitionKeys(keys, made));
    }

    /** Runs a script that is safe to repeat where it was refused. */
    CompletionStage<RedisReply> call(RedisScript script, PartitionKeys of, List<String> touched, List<byte[]> args) {
        CompletableFuture<RedisReply> result = new CompletableFuture<>();
        begin(new Call(script, of, touched, args, result));
        return result;
    }

    /** The same, and ends with {@link #ABSENT} where the partition is not there. */
    CompletionStage<RedisReply> callIfThere(RedisScript script, List<String> touched, List<byte[]> args) {
        CompletableFuture<RedisReply> result = new CompletableFuture<>();
        begin(new Call(script, null, touched, args, result));
        return result;
    }

    private record Call(
            RedisScript script,
            @Nullable PartitionKeys opened,
            List<String> touched,
            List<byte[]> args,
            CompletableFuture<RedisReply> result) {}

    /** Before the first one, the servers are looked at. */
    private void begin(Call call) {
        if (check.passed()) {
            run(call, 1);
            return;
        }
        CompletionStage<Boolean> checked = check.run();
        checked.whenComplete((passed, failure) -> {
            if (failure == null) {
                run(call, 1);
            } else {
                call.result.completeExceptionally(failure);
            }
        });
    }

    private void run(Call call, int tries) {
        CompletionStage<RedisReply> reply = redis.eval(call.script, call.touched, call.args);
        reply.whenComplete((answer, failure) -> {
            if (failure == null) {
                call.result.complete(answer);
            } else {
                failed(call, tries, failure);
            }
        });
    }

    private void failed(Call call, int tries, Throwable failure) {
        String code = RedisFailures.code(failure).orElse("");
        PartitionKeys opened = call.opened;
        if (tries < MOST_TRIES && PASSING.contains(code)) {
            long wait = Math.min(LONGEST_BACK_OFF_MILLIS, FIRST_BACK_OFF_MILLIS << Math.min(tries - 1, 16));
            CompletableFuture.delayedExecutor(wait, TimeUnit.MILLISECONDS, Runnable::run)
                    .execute(() -> run(call, tries + 1));
        } else if (tries < MOST_TRIES && code.equals(ABSENT) && opened != null) {
            open(call, opened, tries);
        } else {
            call.result.completeExceptionally(failure);
        }
    }

    private void open(Call call, PartitionKeys opened, int tries) {
        CompletableFuture<RedisReply> made = new CompletableFuture<>();
        run(new Call(JobScripts.OPEN, null, opened.all, List.of(), made), tries);
        CompletionStage<RedisReply> opening = made;
        opening.whenComplete((done, failure) -> {
            if (failure == null) {
                run(call, tries + 1);
            } else {
                call.result.completeExceptionally(failure);
            }
        });
    }
}
