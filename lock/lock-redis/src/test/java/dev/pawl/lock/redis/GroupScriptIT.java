package dev.pawl.lock.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pawl.redis.RedisCall;
import dev.pawl.redis.RedisReply;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random requests on random records, once by lock-acquire.lua and lock-release.lua, and once by lock-group.lua. Ends are hours from
 * the present, so that the moments between the calls decide nothing, and bases are above the clock.
 */
@RedisServer
@Tag("slow")
final class GroupScriptIT {

    private static final int GROUPS = 60;
    private static final int IN_A_GROUP = 20;
    private static final long HOUR = Duration.ofHours(1).toMillis();
    /** How much later than the other one a script may run. */
    private static final long LATER = HOUR / 4;

    private final RedisProcess server;

    GroupScriptIT(RedisProcess server) {
        this.server = server;
    }

    /** A script with its arguments, and the record's number. */
    private record Asked(boolean acquires, int record, List<byte[]> args) {}

    @Test
    void bothAnswerTheSameAndLeaveTheSameRecords() throws Exception {
        RedisURI uri = RedisURI.create(server.uri());
        RedisClient client = RedisClient.create(uri);
        try (LettuceRedis redis = LettuceRedis.of(client, uri, Patience.TIMEOUT)) {
            long seed = System.nanoTime();
            Random random = new Random(seed);
            for (int group = 0; group < GROUPS; group++) {
                compare(redis, random, "seed=" + seed + ", group=" + group);
            }
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    private void compare(LettuceRedis redis, Random random, String at) throws Exception {
        String prefix = server.newPrefix();
        int records = 1 + random.nextInt(IN_A_GROUP);
        for (int i = 0; i < records; i++) {
            String record = record(random);
            if (!record.isEmpty()) {
                server.ask("SET", key(prefix, "single", i), record);
                server.ask("SET", key(prefix, "group", i), record);
            }
        }
        List<Asked> asked = new ArrayList<>();
        for (int i = 0; i < IN_A_GROUP; i++) {
            asked.add(asked(random, random.nextInt(records)));
        }
        List<RedisReply> single = new ArrayList<>();
        for (Asked one : asked) {
            List<String> keys = List.of(key(prefix, "single", one.record));
            single.add(get(redis.eval(one.acquires ? Scripts.ACQUIRE : Scripts.RELEASE, keys, one.args)
                    .toCompletableFuture()));
        }
        List<RedisReply> grouped = grouped(redis, prefix, asked);
        for (int i = 0; i < IN_A_GROUP; i++) {
            assertSame(single.get(i), grouped.get(i), at + ", request=" + i + " " + asked.get(i));
        }
        for (int i = 0; i < records; i++) {
            assertSameRecord(
                    String.valueOf(server.ask("GET", key(prefix, "single", i))),
                    String.valueOf(server.ask("GET", key(prefix, "group", i))),
                    at + ", record=" + i);
        }
    }

    private static List<RedisReply> grouped(LettuceRedis redis, String prefix, List<Asked> asked) throws Exception {
        Gate gate = new Gate();
        RecordCalls calls = new RecordCalls(gate);
        List<CompletableFuture<RedisReply>> replies = new ArrayList<>();
        for (Asked one : asked) {
            replies.add(calls.eval(
                            one.acquires ? Scripts.ACQUIRE : Scripts.RELEASE,
                            List.of(key(prefix, "group", one.record)),
                            one.args)
                    .toCompletableFuture());
        }
        RedisCall group = gate.begun.get(0).write();
        assertThat(group.script()).isSameAs(Scripts.GROUP);
        gate.begun
                .get(0)
                .answer()
                .complete(get(
                        redis.eval(group.script(), group.keys(), group.args()).toCompletableFuture()));
        List<RedisReply> answers = new ArrayList<>();
        for (CompletableFuture<RedisReply> reply : replies) {
            answers.add(get(reply));
        }
        return answers;
    }

    private static RedisReply get(CompletableFuture<RedisReply> reply) throws Exception {
        return reply.get(30, TimeUnit.SECONDS);
    }

    private static String key(String prefix, String half, int record) {
        return prefix + ":" + half + ":{" + record + "}";
    }

    private static Asked asked(Random random, int record) {
        List<byte[]> args = new ArrayList<>();
        args.add(Scripts.text("attempt-" + random.nextInt(3)));
        boolean acquires = random.nextInt(3) > 0;
        if (acquires) {
            args.add(Scripts.number(HOUR * (1 + random.nextInt(3))));
            args.add(Scripts.number(HOUR * random.nextInt(2)));
            args.add(Scripts.padded(9_000_000_000_000_000L + random.nextInt(5)));
        } else {
            args.add(Scripts.padded(random.nextInt(3) == 0 ? 9_000_000_000_000_000L + random.nextInt(5) : 0));
            args.add(Scripts.number(0));
        }
        return new Asked(acquires, record, args);
    }

    private static String record(Random random) {
        String base = "1" + (9_000_000_000_000_000L + random.nextInt(5));
        return switch (random.nextInt(5)) {
            case 0 -> "";
            case 1 -> base;
            default -> base + end(random, 3) + end(random, 4) + end(random, 4) + "attempt-" + random.nextInt(3);
        };
    }

    /** Now and then in the future; never, long ago or an hour ago as a rule. */
    private static String end(Random random, int rare) {
        long now = System.currentTimeMillis();
        long end =
                switch (random.nextInt(rare)) {
                    case 0 -> now + HOUR * (1 + random.nextInt(3));
                    case 1 -> 0;
                    default -> now - HOUR * (1 + random.nextInt(3));
                };
        return String.format("%013d", end);
    }

    private static void assertSame(RedisReply single, RedisReply grouped, String at) {
        assertThat(grouped.isInteger(0)).as(at).isEqualTo(single.isInteger(0));
        if (single.isInteger(0)) {
            assertThat(grouped.integer(0))
                    .as(at)
                    .isCloseTo(single.integer(0), within(Math.abs(single.integer(0)) < 3 ? 0 : LATER));
            assertThat(grouped.integer(1)).as(at).isPositive();
        } else {
            assertThat(grouped.text(0)).as(at).isEqualTo(single.text(0));
        }
    }

    private static void assertSameRecord(String single, String grouped, String at) {
        assertThat(grouped).as(at).hasSize(single.length());
        if (single.length() > 17) {
            assertThat(Long.parseLong(grouped.substring(17, 30)))
                    .as(at)
                    .isBetween(
                            Long.parseLong(single.substring(17, 30)) - LATER,
                            Long.parseLong(single.substring(17, 30)) + LATER);
            assertThat(grouped.substring(0, 17) + grouped.substring(30))
                    .as(at)
                    .isEqualTo(single.substring(0, 17) + single.substring(30));
        } else {
            assertThat(grouped).as(at).isEqualTo(single);
        }
    }
}
