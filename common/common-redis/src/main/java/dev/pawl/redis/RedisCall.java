package dev.pawl.redis;

import java.util.List;
import java.util.Objects;

/**
 * A script with what it is called with. Thread-safe; nothing is copied, so that lists and arrays must not change until the call
 * is answered.
 *
 * @param script the script
 * @param keys the keys it touches, all of them
 * @param args its further arguments
 */
public record RedisCall(RedisScript script, List<String> keys, List<byte[]> args) {

    /** Checks that nothing is absent. */
    public RedisCall {
        Objects.requireNonNull(script, "script");
        Objects.requireNonNull(keys, "keys");
        Objects.requireNonNull(args, "args");
    }
}
