package dev.pawl.lock.redis;

import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisCall;
import dev.pawl.redis.RedisListener;
import dev.pawl.redis.RedisReply;
import dev.pawl.redis.RedisScript;
import dev.pawl.redis.Subscription;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Lets whoever asks alone go with two others, one in front and one behind, who want a lock of their own. */
final class GroupingRedis implements Redis {

    final AtomicInteger groups = new AtomicInteger();
    private final Redis redis;

    GroupingRedis(Redis redis) {
        this.redis = redis;
    }

    @Override
    public CompletionStage<RedisReply> evalLate(Supplier<RedisCall> choice) {
        RedisCall call = choice.get();
        if (call.script() == Scripts.GROUP) {
            return eval(call.script(), call.keys(), call.args());
        }
        Gate gate = new Gate();
        RecordCalls calls = new RecordCalls(gate);
        List<String> others = List.of("kit-others:lock:{" + groups.incrementAndGet() + "}");
        byte[] attempt = Scripts.text("other");
        calls.eval(
                Scripts.ACQUIRE,
                others,
                List.of(attempt, Scripts.number(30_000), Scripts.number(0), Scripts.padded(1)));
        CompletionStage<RedisReply> answer = calls.eval(call.script(), call.keys(), call.args());
        calls.eval(Scripts.RELEASE, others, List.of(attempt, Scripts.padded(0), Scripts.number(0)));
        Gate.Begun group = gate.begun.get(0);
        RedisCall written = group.write();
        eval(written.script(), written.keys(), written.args()).whenComplete((reply, failure) -> {
            if (failure == null) {
                group.answer().complete(reply);
            } else {
                group.answer().completeExceptionally(failure);
            }
        });
        return answer;
    }

    @Override
    public CompletionStage<RedisReply> eval(RedisScript script, List<String> keys, List<byte[]> args) {
        return redis.eval(script, keys, args);
    }

    @Override
    public CompletionStage<List<RedisReply>> evalOnEveryMaster(RedisScript script, List<byte[]> args) {
        return redis.evalOnEveryMaster(script, args);
    }

    @Override
    public CompletionStage<List<String>> scan(String prefix) {
        return redis.scan(prefix);
    }

    @Override
    public CompletionStage<Subscription> subscribe(String channel, RedisListener listener) {
        return redis.subscribe(channel, listener);
    }

    @Override
    public void close() {
        redis.close();
    }
}
