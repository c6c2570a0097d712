package dev.pawl.benchmarks.delay;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a delayed job costs at least: ZADD, and a loop of a script that puts due jobs off by a visibility timeout and of ZREM. It knows no
 * token, no attempt, no limit, and a request of it that is repeated does its work twice.
 */
final class RawPeer implements Peer {

    private static final String CLAIM =
            "local time = redis.call('TIME') local now = time[1] * 1000 + math.floor(time[2] / 1000)"
                    + " local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1]) local scores = {}"
                    + " for i, job in ipairs(due) do scores[2 * i - 1], scores[2 * i] = now + 30000, job end"
                    + " if #due > 0 then redis.call('ZADD', KEYS[1], unpack(scores)) end return due";
    private static final int ID_BYTES = 16;

    private final RedisClient client;
    private final RedisCommands<byte[], byte[]> commands;
    private final String claim;
    private final byte[] key = "raw".getBytes(StandardCharsets.UTF_8);

    RawPeer(RedisURI uri) {
        client = RedisClient.create(uri);
        StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE);
        commands = connection.sync();
        claim = commands.scriptLoad(CLAIM);
    }

    @Override
    public void enqueue(long due) {
        commands.zadd(key, due, job(due));
    }

    @Override
    public void enqueueAll(long[] dues) {
        @SuppressWarnings({"unchecked", "rawtypes"})
        ScoredValue<byte[]>[] jobs = new ScoredValue[dues.length];
        for (int i = 0; i < dues.length; i++) {
            jobs[i] = ScoredValue.just(dues[i], job(dues[i]));
        }
        commands.zadd(key, jobs);
    }

    /** An id, which makes it another member than all others, and the payload. */
    private static byte[] job(long due) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return ByteBuffer.allocate(ID_BYTES + BYTES)
                .putLong(random.nextLong())
                .putLong(random.nextLong())
                .put(Peer.payload(due))
                .array();
    }

    @Override
    public AutoCloseable consume(boolean many, Handled handled) {
        AtomicBoolean goesOn = new AtomicBoolean(true);
        Thread loop = new Thread(() -> {
            while (goesOn.get()) {
                List<byte[]> due = commands.evalsha(
                        claim,
                        ScriptOutputType.MULTI,
                        new byte[][] {key},
                        String.valueOf(BATCH).getBytes(StandardCharsets.UTF_8));
                if (!due.isEmpty()) {
                    due.forEach(job -> handled.begun(ByteBuffer.wrap(job).getLong(ID_BYTES)));
                    commands.zrem(key, due.toArray(byte[][]::new));
                    due.forEach(job -> handled.finished());
                }
            }
        });
        loop.start();
        return () -> {
            goesOn.set(false);
            loop.join();
        };
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
