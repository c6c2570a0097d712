package dev.pawl.lock.redis;

import dev.pawl.redis.RedisScript;

/** What runs on each node of RedLock. */
final class RedLockScripts {

    static final RedisScript ACQUIRE = RedisScript.of(RedLockScripts.class, "redlock-acquire.lua");
    static final RedisScript RENEW = RedisScript.of(RedLockScripts.class, "redlock-renew.lua");
    static final RedisScript RELEASE = RedisScript.of(RedLockScripts.class, "redlock-release.lua");
    static final RedisScript REFUSE = RedisScript.of(RedLockScripts.class, "redlock-refuse.lua");
    static final RedisScript DESCRIBE = RedisScript.of(RedLockScripts.class, "redlock-describe.lua");
    static final RedisScript LOOK = RedisScript.of(RedLockScripts.class, "redlock-look.lua");
    static final RedisScript CHANGE = RedisScript.of(RedLockScripts.class, "redlock-change.lua");

    private RedLockScripts() {}
}
