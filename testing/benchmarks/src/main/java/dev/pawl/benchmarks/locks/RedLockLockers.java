package dev.pawl.benchmarks.locks;

import dev.pawl.lock.redis.RedLockBackend;
import dev.pawl.redis.Redis;
import dev.pawl.redis.lettuce.LettuceRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.redisson.RedissonRedLock;
import org.redisson.api.RLock;
import org.redisson.api.RedissonClient;

/** Locks on three masters; the address is their ports. */
final class RedLockLockers {

    private RedLockLockers() {}

    /** One Lettuce client, and a connection to each master. */
    record Nodes(RedisClient client, List<Redis> redis) implements AutoCloseable {

        Nodes(String ports) {
            this(RedisClient.create(), ports);
        }

        private Nodes(RedisClient client, String ports) {
            this(
                    client,
                    ports(ports)
                            .map(port -> (Redis) LettuceRedis.of(client, RedisLockers.uri(port)))
                            .toList());
        }

        @Override
        public void close() {
            redis.forEach(Redis::close);
            client.shutdown();
        }
    }

    private static Stream<String> ports(String address) {
        return Arrays.stream(address.split(","));
    }

    static Locker pawl(String ports) {
        Nodes nodes = new Nodes(ports);
        return new Pawl(RedLockBackend.of(nodes.redis(), Pawl.NAMESPACE), nodes::close);
    }

    static Locker raw(String ports) {
        RedisClient client = RedisClient.create();
        List<RedisAsyncCommands<String, String>> masters = ports(ports)
                .map(port -> client.connect(RedisLockers.uri(port)).async())
                .toList();
        String release = inAll(masters, master -> master.scriptLoad(RedisLockers.RAW_RELEASE))
                .get(0);
        return Locker.of(
                name -> {
                    String owner = RedisLockers.newOwner();
                    String key = "raw:" + name;
                    List<String> set = inAll(masters, master -> master.set(key, owner, RedisLockers.untilFreed()));
                    if (!set.stream().allMatch("OK"::equals)) {
                        throw new IllegalStateException("lock must be free: name=" + name);
                    }
                    return () -> {
                        List<Long> deleted = inAll(
                                masters,
                                master -> master.evalsha(release, ScriptOutputType.INTEGER, new String[] {key}, owner));
                        if (!deleted.stream().allMatch(count -> count == 1)) {
                            throw new IllegalStateException("lock must be held: name=" + name);
                        }
                    };
                },
                client::shutdown);
    }

    /** Sends to all before it waits for the first. */
    private static <T> List<T> inAll(
            List<RedisAsyncCommands<String, String>> masters,
            Function<RedisAsyncCommands<String, String>, RedisFuture<T>> command) {
        List<RedisFuture<T>> sent = masters.stream().map(command).toList();
        return sent.stream()
                .map(future -> future.toCompletableFuture()
                        .orTimeout(10, TimeUnit.SECONDS)
                        .join())
                .toList();
    }

    static Locker redisson(String ports) {
        List<RedissonClient> clients = ports(ports).map(RedisLockers::redisson).toList();
        return Locker.of(
                name -> {
                    RedissonRedLock lock = new RedissonRedLock(clients.stream()
                            .map(client -> client.getLock("redlock:" + name))
                            .toArray(RLock[]::new));
                    lock.lock();
                    return lock::unlock;
                },
                () -> clients.forEach(RedissonClient::shutdown));
    }
}
