package dev.pawl.chaos;

import dev.pawl.lock.LockHandle;
import dev.pawl.lock.LockOptions;
import dev.pawl.lock.LockService;
import dev.pawl.lock.LockState;
import dev.pawl.lock.ReleaseResult;
import dev.pawl.lock.redis.RedisLockBackend;
import dev.pawl.redis.lettuce.LettuceRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A process that holds many locks for a while, and says whether it still had all of them at the end. */
final class ManyLocks {

    private ManyLocks() {}

    /** Port of Redis, namespace, number of locks, lease in ms, time to hold in ms. */
    public static void main(String[] args) throws Exception {
        RedisURI uri = RedisURI.create("127.0.0.1", Integer.parseInt(args[0]));
        RedisClient client = RedisClient.create(uri);
        LettuceRedis redis = LettuceRedis.of(client, uri, Duration.ofSeconds(5));
        LockService locks = LockService.of(RedisLockBackend.of(redis, args[1]));
        LockOptions options = LockOptions.defaults().withLease(Duration.ofMillis(Long.parseLong(args[3])));
        List<LockHandle> held = new ArrayList<>();
        int many = Integer.parseInt(args[2]);
        while (held.size() < many) {
            List<CompletableFuture<LockHandle>> some = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                some.add(locks.lock("lock-" + (held.size() + i), options).acquireAsync());
            }
            for (CompletableFuture<LockHandle> one : some) {
                held.add(one.get());
            }
        }
        CountDownLatch lost = new CountDownLatch(1);
        held.forEach(handle -> handle.onLost(gone -> lost.countDown()));
        boolean anyLost = lost.await(Long.parseLong(args[4]), TimeUnit.MILLISECONDS);
        long timers = threads("pawl-lock-timer");
        long others = threads("pawl-lock") - timers;
        long valid = held.stream()
                .filter(handle -> handle.state() == LockState.HELD && handle.verify())
                .count();
        List<CompletableFuture<ReleaseResult>> released =
                held.stream().map(LockHandle::releaseAsync).toList();
        long free = released.stream()
                .filter(one -> one.join() == ReleaseResult.RELEASED)
                .count();
        System.out.println("lost=" + anyLost + " valid=" + valid + " released=" + free + " timers=" + timers
                + " others=" + others);
        locks.close();
        redis.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    private static long threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .count();
    }
}
