package dev.pawl.fencing.redis;

import dev.pawl.redis.RedisScript;

/**
 * A script of yours behind the check of a fence guard: one script for Redis, which runs yours only for a holder who has
 * entered and was not replaced. Immutable and thread-safe; make it once.
 *
 * <p>Your script is written as if it were alone: it finds its own {@code KEYS} and {@code ARGV} from 1 on. It is subject to the rules
 * of every script - all keys through {@code KEYS}, all in one slot, an array as its reply - and cannot begin with a line
 * {@code #!lua}, since the check stands before it.
 */
public final class FencedScript {

    private static final RedisScript CHECK = RedisScript.of(FencedScript.class, "check.lua");

    /** The check and nothing behind it. */
    static final FencedScript NOTHING = of(RedisScript.of(FencedScript.class, "nothing.lua"));

    private final RedisScript script;

    private FencedScript(RedisScript script) {
        this.script = script;
    }

    /**
     * Puts a script behind the check.
     *
     * @param effect what the holder does to the resource
     * @return the two as one
     */
    public static FencedScript of(RedisScript effect) {
        return new FencedScript(CHECK.followedBy(effect));
    }

    RedisScript script() {
        return script;
    }
}
