package dev.pawl.lock.redis;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisListener;
import dev.pawl.redis.RedisReply;
import dev.pawl.redis.RedisScript;
import dev.pawl.redis.Subscription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A client's connection to a node, which hinders it; an administrator's, without a client, does not. */
final class BallotPort implements Redis {

    private static final long TIMEOUT = 150_000;

    private final BallotSimulation simulation;
    private final BallotNode node;
    private final @Nullable BallotClient client;
    private final Map<String, CompletableFuture<RedisReply>> open = new HashMap<>();
    private int knownRun;
    private long keptOutUntil;

    BallotPort(BallotSimulation simulation, BallotNode node, @Nullable BallotClient client) {
        this.simulation = simulation;
        this.node = node;
        this.client = client;
    }

    @Override
    public CompletionStage<RedisReply> eval(RedisScript script, List<String> keys, List<byte[]> args) {
        CompletableFuture<RedisReply> answer = new CompletableFuture<>();
        if (client == null) {
            if (node.down) {
                answer.completeExceptionally(new BackendException("down", Outcome.NOT_APPLIED, null));
            } else {
                answer.complete(RedisReply.of(node.run(script, keys, args, simulation.now())));
            }
            return answer;
        }
        if (script == RedLockScripts.ACQUIRE) {
            open.put(BallotNode.text(args.get(0)), answer);
        }
        int copies = lost() ? 0 : simulation.random.nextInt(30) == 0 ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            simulation.after(delay(), () -> arrive(script, keys, args, answer));
        }
        simulation.after(
                TIMEOUT,
                () -> client.deliver(
                        () -> answer.completeExceptionally(new BackendException("no reply", Outcome.UNKNOWN, null))));
        return answer;
    }

    private void arrive(
            RedisScript script, List<String> keys, List<byte[]> args, CompletableFuture<RedisReply> answer) {
        if (node.down) {
            return;
        }
        List<Object> reply = node.run(script, keys, args, simulation.now());
        int run = node.run;
        if (!lost()) {
            simulation.after(delay(), () -> client.deliver(() -> reply(script, args, answer, reply, run)));
        }
    }

    private void reply(
            RedisScript script, List<byte[]> args, CompletableFuture<RedisReply> answer, List<Object> said, int run) {
        List<Object> reply = said;
        if (simulation.setup.defect() == BallotDefect.KEPT_OUT_BY_CLIENTS) {
            if (knownRun != 0 && run != knownRun) {
                keptOutUntil = simulation.now() + BallotSimulation.LEASE;
            }
            knownRun = run;
            reply = simulation.now() < keptOutUntil ? List.of(4L) : said;
        }
        boolean accepted = script == RedLockScripts.ACQUIRE && reply.get(0).equals(1L);
        CompletableFuture<RedisReply> newest = open.get(BallotNode.text(args.get(0)));
        if (simulation.setup.defect() == BallotDefect.COUNTS_LATE_REPLIES && accepted && newest != null) {
            // The client's own number in place of the one that was accepted.
            List<Object> mistaken = new ArrayList<>(List.of(1L, client.newestProposal()));
            newest.complete(RedisReply.of(mistaken));
        } else {
            answer.complete(RedisReply.of(reply));
        }
    }

    private boolean lost() {
        return simulation.random.nextInt(20) == 0;
    }

    private long delay() {
        return simulation.random.nextLong(simulation.random.nextInt(8) == 0 ? 160_000 : 4_000);
    }

    @Override
    public CompletionStage<List<RedisReply>> evalOnEveryMaster(RedisScript script, List<byte[]> args) {
        return CompletableFuture.completedFuture(List.of(
                RedisReply.of(List.of("noeviction".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0L, 0L))));
    }

    @Override
    public CompletionStage<List<String>> scan(String prefix) {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public CompletionStage<Subscription> subscribe(String channel, RedisListener listener) {
        return new CompletableFuture<>();
    }

    @Override
    public void close() {}
}
