package dev.pawl.lock.redis;

import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisListener;
import dev.pawl.redis.RedisReply;
import dev.pawl.redis.RedisScript;
import dev.pawl.redis.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A port that answers what the test says, and counts. For use by one thread. */
final class FakeRedis implements Redis {

    Supplier<CompletionStage<RedisReply>> answer = CompletableFuture::new;
    Supplier<CompletionStage<List<RedisReply>>> masters = CompletableFuture::new;
    Supplier<CompletionStage<Subscription>> subscribing = CompletableFuture::new;
    /** How many keys each call named. */
    final List<Integer> keys = new ArrayList<>();

    int evals;
    int checks;
    int subscriptions;

    @Override
    public CompletionStage<RedisReply> eval(RedisScript script, List<String> names, List<byte[]> args) {
        evals++;
        keys.add(names.size());
        return answer.get();
    }

    @Override
    public CompletionStage<List<RedisReply>> evalOnEveryMaster(RedisScript script, List<byte[]> args) {
        checks++;
        return masters.get();
    }

    @Override
    public CompletionStage<List<String>> scan(String prefix) {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public CompletionStage<Subscription> subscribe(String channel, RedisListener listener) {
        subscriptions++;
        return subscribing.get();
    }

    @Override
    public void close() {}
}
