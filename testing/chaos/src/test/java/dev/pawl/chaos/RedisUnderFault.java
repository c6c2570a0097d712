package dev.pawl.chaos;

import dev.pawl.chaos.GuardedCounter.Caught;
import dev.pawl.lock.redis.RedisLockBackend;
import dev.pawl.redis.RedisScript;
import dev.pawl.servers.CuttingProxy;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.ServerClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One Redis, perhaps with a replica or with a clock that can be moved. For use by one thread. */
final class RedisUnderFault implements StoreUnderFault {

    private final @Nullable RedisProcess alone;
    private final @Nullable ReplicatedRedis replicated;
    private final @Nullable ServerClock clock;
    private final CuttingProxy proxy;

    private RedisUnderFault(
            @Nullable RedisProcess alone, @Nullable ReplicatedRedis replicated, @Nullable ServerClock clock)
            throws IOException {
        this.alone = alone;
        this.replicated = replicated;
        this.clock = clock;
        this.proxy = CuttingProxy.to("127.0.0.1", server().port());
    }

    /** One that has each write on disk before it answers. */
    static RedisUnderFault durable() throws IOException, InterruptedException {
        return new RedisUnderFault(RedisProcess.create("appendonly yes", "appendfsync always"), null, null);
    }

    /** One that has each write in its file before it answers, and on disk within a second or two. */
    static RedisUnderFault everySecond() throws IOException, InterruptedException {
        return new RedisUnderFault(RedisProcess.create("appendonly yes", "appendfsync everysec"), null, null);
    }

    static RedisUnderFault withMovableClock(ServerClock clock) throws IOException, InterruptedException {
        return new RedisUnderFault(RedisProcess.create(clock.environment()), null, clock);
    }

    static RedisUnderFault replicated() throws IOException, InterruptedException {
        return new RedisUnderFault(null, new ReplicatedRedis(), null);
    }

    RedisProcess server() {
        return alone != null ? alone : pair().primary();
    }

    ReplicatedRedis pair() {
        return Objects.requireNonNull(replicated, "replicated");
    }

    boolean hasMovableClock() {
        return clock != null;
    }

    @Override
    public List<CuttingProxy> proxies() {
        return List.of(proxy);
    }

    @Override
    public Duration takeOver(Duration lease) {
        return lease.plusMillis(500);
    }

    @Override
    public String requestPart(String operation, String namespace) {
        return RedisScript.of(RedisLockBackend.class, "lock-" + operation + ".lua")
                .sha1();
    }

    @Override
    public void kill() throws IOException, InterruptedException {
        server().kill();
    }

    @Override
    public void start() throws IOException, InterruptedException {
        server().start();
    }

    @Override
    public void pause() throws IOException, InterruptedException {
        server().pause();
    }

    @Override
    public void resume() throws IOException, InterruptedException {
        server().resume();
    }

    @Override
    public void fire(LockFault fault, LockNemesis nemesis) throws IOException, InterruptedException {
        switch (fault) {
            case FLUSHED -> nemesis.overtake(() -> server().flushAll());
            case CLOCK_FORWARD -> nemesis.moveClock(clock(), this::ahead, LockNemesis.HOUR);
            case CLOCK_BACK -> nemesis.moveClock(clock(), this::ahead, LockNemesis.HOUR.negated());
            case PROMOTED -> promote(nemesis);
            default -> throw new UnsupportedOperationException(fault.name());
        }
    }

    ServerClock clock() {
        return Objects.requireNonNull(clock, "clock");
    }

    /** How far the server's clock is ahead of this machine's. */
    Duration ahead() throws IOException {
        List<?> time = (List<?>) Objects.requireNonNull(server().ask("TIME"));
        long seconds = Long.parseLong((String) Objects.requireNonNull(time.get(0)));
        return Duration.ofSeconds(seconds - Instant.now().getEpochSecond());
    }

    private void promote(LockNemesis nemesis) throws IOException, InterruptedException {
        ReplicatedRedis pair = pair();
        String key = key(nemesis.setup().namespace());
        pair.holdBack();
        Caught caught = nemesis.catchReader();
        // A thread of the process that held before may have been handed the lock without the store.
        while (lastBase(pair.primary(), key).equals(lastBase(pair.replica(), key))) {
            caught.letGo();
            caught = nemesis.catchReader();
        }
        nemesis.overtake(caught, () -> {
            pair.promote();
            proxy.retarget(pair.replica().port());
        });
        pair.renew();
    }

    /** Behind the digit of the format, the record begins with it. */
    private static String lastBase(RedisProcess server, String key) throws IOException {
        return String.valueOf(server.ask("GET", key)).substring(1, 17);
    }

    /** Where the record of the lock is. */
    static String key(String namespace) {
        return namespace + ":lock:{" + WorkerLock.NAME + "}";
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        if (alone != null) {
            alone.close();
        } else {
            pair().close();
        }
    }
}
