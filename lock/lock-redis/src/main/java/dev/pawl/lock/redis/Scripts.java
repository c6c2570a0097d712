package dev.pawl.lock.redis;

import dev.pawl.redis.RedisScript;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The scripts, and how their arguments are written. */
final class Scripts {

    static final RedisScript ACQUIRE = RedisScript.of(Scripts.class, "lock-acquire.lua");
    static final RedisScript RENEW = RedisScript.of(Scripts.class, "lock-renew.lua");
    static final RedisScript RELEASE = RedisScript.of(Scripts.class, "lock-release.lua");
    static final RedisScript GROUP = RedisScript.of(Scripts.class, "lock-group.lua");
    static final RedisScript SHARED_ACQUIRE = RedisScript.of(Scripts.class, "shared-acquire.lua");
    static final RedisScript SHARED_RENEW = RedisScript.of(Scripts.class, "shared-renew.lua");
    static final RedisScript SHARED_RELEASE = RedisScript.of(Scripts.class, "shared-release.lua");
    static final RedisScript REFUSE = RedisScript.of(Scripts.class, "lock-refuse.lua");
    static final RedisScript TAKE_OVER = RedisScript.of(Scripts.class, "lock-take-over.lua");
    static final RedisScript DESCRIBE = RedisScript.of(Scripts.class, "lock-describe.lua");
    static final RedisScript SHARED_REFUSE = RedisScript.of(Scripts.class, "shared-refuse.lua");
    static final RedisScript SHARED_DESCRIBE = RedisScript.of(Scripts.class, "shared-describe.lua");
    static final RedisScript NEXT_BOOT = RedisScript.of(Scripts.class, "next-boot.lua");

    /** How long a record is kept: longer than any lease and lock-delay, and than any error of a clock that goes unnoticed. */
    static final byte[] KEPT = millis(Duration.ofDays(7));

    static final byte[] NONE = new byte[0];

    private Scripts() {}

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] number(long number) {
        return text(Long.toString(number));
    }

    /** Whole milliseconds, rounded up: a lease in the store is never shorter than the one that its holder counts on. */
    static byte[] millis(Duration duration) {
        return number(duration.plusNanos(999_999).toMillis());
    }

    /** Sixteen digits, so that bases compare as texts. */
    static byte[] padded(long base) {
        String digits = Long.toString(base);
        return text("0".repeat(16 - digits.length()) + digits);
    }
}
