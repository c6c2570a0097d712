package dev.pawl.chaos;

import dev.pawl.servers.Commands;
import dev.pawl.servers.CuttingProxy;
import dev.pawl.servers.RedisProcess;
import java.io.IOException;
import java.time.Duration;

/**
 * A Redis with a replica, to which the stream of writes can be held back: promoted then, it has lost the last of them. For use by
 * one thread.
 */
final class ReplicatedRedis implements AutoCloseable {

    private static final String SYNC_AT_ONCE = "repl-diskless-sync-delay 0";

    private RedisProcess primary;
    private RedisProcess replica;
    private CuttingProxy stream;

    ReplicatedRedis() throws IOException, InterruptedException {
        primary = RedisProcess.create(SYNC_AT_ONCE);
        stream = CuttingProxy.to("127.0.0.1", primary.port());
        replica = replicaThrough(stream);
    }

    RedisProcess primary() {
        return primary;
    }

    /** From now on the replica learns nothing. */
    void holdBack() {
        stream.dropReplies(true);
    }

    /** Kills the primary and makes the replica one; until it is, nobody answers. */
    void promote() throws IOException, InterruptedException {
        primary.kill();
        replica.ask("REPLICAOF", "NO", "ONE");
    }

    /** Gives the new primary a replica of its own. */
    void renew() throws IOException, InterruptedException {
        primary.close();
        stream.close();
        primary = replica;
        stream = CuttingProxy.to("127.0.0.1", primary.port());
        replica = replicaThrough(stream);
    }

    RedisProcess replica() {
        return replica;
    }

    private static RedisProcess replicaThrough(CuttingProxy stream) throws IOException, InterruptedException {
        RedisProcess replica = RedisProcess.create("replicaof 127.0.0.1 " + stream.port(), SYNC_AT_ONCE);
        Commands.waitUntil(
                Duration.ofSeconds(30),
                () -> String.valueOf(replica.ask("INFO", "replication")).contains("master_link_status:up"));
        return replica;
    }

    @Override
    public void close() throws IOException {
        stream.close();
        replica.close();
        primary.close();
    }
}
