package dev.pawl.chaos;

import dev.pawl.chaos.GuardedCounter.Caught;
import dev.pawl.lock.redis.RedLockAdmission;
import dev.pawl.lock.redis.RedLockAdmission.Standing;
import dev.pawl.lock.redis.RedLockBackend;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisScript;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.servers.CuttingProxy;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.ServerClock;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Five Redis, of which the clocks of three can be moved, and who operates them. For use by one thread. */
final class RedLockUnderFault implements StoreUnderFault {

    private static final int NODES = 5;
    private static final int QUORUM = 3;

    private final Duration longest;
    private final boolean hasty;
    private final ServerClock clock;
    private final List<RedisProcess> servers = new ArrayList<>();
    private final List<CuttingProxy> proxies = new ArrayList<>();
    private final RedisClient client = RedisClient.create();
    private final List<Redis> connections = new ArrayList<>();
    private final RedLockAdmission admission;

    /** With an operator who is hasty, nodes that have lost their data vote at once. */
    RedLockUnderFault(LockSetup setup, boolean hasty) throws IOException, InterruptedException {
        this.longest = setup.lease();
        this.hasty = hasty;
        clock = ServerClock.in(ChaosSettings.folder(setup.folder().getFileName() + "-servers"));
        for (int i = 0; i < NODES; i++) {
            Map<String, String> environment = i < QUORUM ? clock.environment() : Map.of();
            RedisProcess server = RedisProcess.create(environment, "appendonly yes", "appendfsync always");
            servers.add(server);
            proxies.add(CuttingProxy.to("127.0.0.1", server.port()));
            connections.add(LettuceRedis.of(client, RedisURI.create(server.uri()), Duration.ofSeconds(1)));
        }
        admission = RedLockBackend.of(connections, setup.namespace(), longest).admission();
        admission.bootstrap();
    }

    @Override
    public List<CuttingProxy> proxies() {
        return proxies;
    }

    @Override
    public Duration takeOver(Duration lease) {
        return lease.plusMillis(500);
    }

    @Override
    public String requestPart(String operation, String namespace) {
        return RedisScript.of(RedLockBackend.class, "redlock-" + operation + ".lua")
                .sha1();
    }

    @Override
    public void kill() throws IOException, InterruptedException {
        for (RedisProcess server : servers.subList(0, QUORUM)) {
            server.kill();
        }
    }

    @Override
    public void start() throws IOException, InterruptedException {
        for (RedisProcess server : servers.subList(0, QUORUM)) {
            server.start();
        }
        bootstrapInTime();
    }

    /** After a quorum restarted or lost its data: waits until nothing can be held any more. */
    private void bootstrapInTime() {
        Await.pass(longest);
        Await.until(
                "all nodes answer", Await.PATIENCE, () -> !admission.standings().contains(Standing.UNREACHABLE));
        admission.bootstrap();
    }

    @Override
    public void fire(LockFault fault, LockNemesis nemesis) throws IOException, InterruptedException {
        switch (fault) {
            case NODES_EMPTIED -> emptyOneAfterTheOther(nemesis);
            case FLUSHED -> flush(nemesis);
            case CLOCK_FORWARD -> nemesis.moveClock(clock, this::ahead, LockNemesis.HOUR);
            case CLOCK_BACK -> nemesis.moveClock(clock, this::ahead, LockNemesis.HOUR.negated());
            default -> throw new UnsupportedOperationException(fault.name());
        }
    }

    private void emptyOneAfterTheOther(LockNemesis nemesis) throws IOException, InterruptedException {
        Caught caught = nemesis.catchReader();
        try {
            for (int node = 0; node < QUORUM; node++) {
                int lost = node;
                servers.get(node).kill();
                servers.get(node).startEmpty();
                nemesis.awaitSeen(
                        "a node that is kept out", () -> admission.standings().get(lost) == Standing.KEPT_OUT);
                Await.until(
                        "the node is admitted",
                        Await.PATIENCE,
                        () -> admission.admit(lost).isZero());
            }
        } finally {
            caught.letGo();
        }
        nemesis.scene().awaitWrites(1);
    }

    private void flush(LockNemesis nemesis) throws IOException {
        if (hasty) {
            nemesis.overtake(() -> {
                flushAll();
                admission.bootstrap();
            });
            return;
        }
        int from = nemesis.scene().history().refresh();
        Caught caught = nemesis.catchReader();
        try {
            flushAll();
            nemesis.awaitFailures(from);
            bootstrapInTime();
        } finally {
            caught.letGo();
        }
        nemesis.scene().awaitWrites(1);
    }

    private void flushAll() throws IOException {
        for (RedisProcess server : servers) {
            server.flushAll();
        }
    }

    private Duration ahead() throws IOException {
        List<?> time = (List<?>) Objects.requireNonNull(servers.get(0).ask("TIME"));
        long seconds = Long.parseLong((String) Objects.requireNonNull(time.get(0)));
        return Duration.ofSeconds(seconds - Instant.now().getEpochSecond());
    }

    @Override
    public void close() throws IOException {
        for (CuttingProxy proxy : proxies) {
            proxy.close();
        }
        connections.forEach(Redis::close);
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        servers.forEach(RedisProcess::close);
    }
}
