package dev.pawl.lock.redis;

import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisCall;
import dev.pawl.redis.RedisListener;
import dev.pawl.redis.RedisReply;
import dev.pawl.redis.RedisScript;
import dev.pawl.redis.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A port that writes when it is told to. For use by one thread. */
final class Gate implements Redis {

    /** A call that has begun. */
    record Begun(Supplier<RedisCall> choice, CompletableFuture<RedisReply> answer) {

        RedisCall write() {
            return choice.get();
        }
    }

    /** All calls, in order. */
    final List<Begun> begun = new ArrayList<>();

    @Override
    public CompletionStage<RedisReply> eval(RedisScript script, List<String> keys, List<byte[]> args) {
        return evalLate(() -> new RedisCall(script, keys, args));
    }

    @Override
    public CompletionStage<RedisReply> evalLate(Supplier<RedisCall> choice) {
        Begun call = new Begun(choice, new CompletableFuture<>());
        begun.add(call);
        return call.answer;
    }

    @Override
    public CompletionStage<List<RedisReply>> evalOnEveryMaster(RedisScript script, List<byte[]> args) {
        throw new AssertionError("not asked here");
    }

    @Override
    public CompletionStage<List<String>> scan(String prefix) {
        throw new AssertionError("not asked here");
    }

    @Override
    public CompletionStage<Subscription> subscribe(String channel, RedisListener listener) {
        throw new AssertionError("not asked here");
    }

    @Override
    public void close() {}
}
