package dev.pawl.chaos;

import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.ServerClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The Redis of a round, with what can be done to it beside killing and pausing. For use by one thread. */
final class StoreUnderFault implements AutoCloseable {

    private final @Nullable RedisProcess alone;
    private final @Nullable ReplicatedRedis replicated;
    private final @Nullable ServerClock clock;

    private StoreUnderFault(
            @Nullable RedisProcess alone, @Nullable ReplicatedRedis replicated, @Nullable ServerClock clock) {
        this.alone = alone;
        this.replicated = replicated;
        this.clock = clock;
    }

    /** One that has each write on disk before it answers. */
    static StoreUnderFault durable() throws IOException, InterruptedException {
        return new StoreUnderFault(RedisProcess.create("appendonly yes", "appendfsync always"), null, null);
    }

    static StoreUnderFault withMovableClock(ServerClock clock) throws IOException, InterruptedException {
        return new StoreUnderFault(RedisProcess.create(clock.environment()), null, clock);
    }

    static StoreUnderFault replicated() throws IOException, InterruptedException {
        return new StoreUnderFault(null, new ReplicatedRedis(), null);
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

    ServerClock clock() {
        return Objects.requireNonNull(clock, "clock");
    }

    /** How far the server's clock is ahead of this machine's. */
    Duration clockAhead() throws IOException {
        List<?> time = (List<?>) Objects.requireNonNull(server().ask("TIME"));
        long seconds = Long.parseLong((String) Objects.requireNonNull(time.get(0)));
        return Duration.ofSeconds(seconds - Instant.now().getEpochSecond());
    }

    /** Where the record of the lock is. */
    static String key(String namespace) {
        return namespace + ":lock:{" + WorkerLock.NAME + "}";
    }

    @Override
    public void close() throws IOException {
        if (alone != null) {
            alone.close();
        } else {
            pair().close();
        }
    }
}
