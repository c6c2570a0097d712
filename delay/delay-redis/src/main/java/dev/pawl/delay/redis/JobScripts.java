package dev.pawl.delay.redis;

import dev.pawl.delay.spi.Due;
import dev.pawl.redis.RedisScript;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The scripts, and how their arguments are written. */
final class JobScripts {

    private static final RedisScript PARTITION = RedisScript.of(JobScripts.class, "partition.lua");
    private static final RedisScript CHANGE = RedisScript.of(JobScripts.class, "change.lua");

    static final RedisScript OPEN = RedisScript.of(JobScripts.class, "open.lua");
    static final RedisScript ENQUEUE =
            RedisScript.of(JobScripts.class, "enqueue-one.lua").followedBy(changing("enqueue.lua"));
    static final RedisScript CLAIM = changing("claim.lua");
    static final RedisScript ACK = changing("ack.lua");
    static final RedisScript NACK = changing("nack.lua");
    static final RedisScript EXTEND = changing("extend.lua");
    static final RedisScript CANCEL = changing("cancel.lua");
    static final RedisScript RESCHEDULE = changing("reschedule.lua");
    static final RedisScript RESPAWN = changing("respawn.lua");
    static final RedisScript PURGE = changing("purge.lua");
    static final RedisScript PAUSE = changing("pause.lua");
    static final RedisScript LOOK = reading("look.lua");
    static final RedisScript STATS = reading("stats.lua");
    static final RedisScript FIND = reading("find.lua");
    static final RedisScript DEAD = reading("dead.lua");

    static final RedisScript REPLICATION = RedisScript.of(JobScripts.class, "replication.lua");

    private JobScripts() {}

    private static RedisScript reading(String file) {
        return PARTITION.followedBy(RedisScript.of(JobScripts.class, file));
    }

    private static RedisScript changing(String file) {
        return PARTITION.followedBy(CHANGE).followedBy(RedisScript.of(JobScripts.class, file));
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] number(long number) {
        return text(Long.toString(number));
    }

    /** Nineteen digits, so that sequences compare as texts: Lua's numbers are exact to 53 bits only. */
    static byte[] padded(long number) {
        String digits = Long.toString(number);
        return text("0".repeat(19 - digits.length()) + digits);
    }

    /** Whole milliseconds, rounded up. */
    static byte[] millis(Duration duration) {
        return number(duration.plusNanos(999_999).toMillis());
    }

    static byte[] token(long token) {
        return ByteBuffer.allocate(Long.BYTES).putLong(token).array();
    }

    /** Milliseconds since 1970, or -1 less a delay. */
    static byte[] due(Due due) {
        return number(due instanceof Due.At at ? at.epochMillis() : -1 - ((Due.In) due).millis());
    }
}
