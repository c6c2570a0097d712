package dev.pawl.testkit;

import java.util.List;

/** Names that are one thing to a user and another to some store, and that no store may mistake for each other. */
final class LockNames {

    private LockNames() {}

    /** Legal names, all of which differ. */
    static List<String> awkward() {
        return List.of(
                " ",
                "a",
                "A",
                "a ",
                "a/b",
                "a/",
                "/",
                "//",
                "..",
                "a/../b",
                "}",
                "{",
                "{}",
                "a}b",
                "}{x",
                "{a}b",
                "\0",
                "\r\n",
                "\u001b[2J",
                "\u202e",
                "\u2028",
                "\ud83d\ude00",
                "\u00e9",
                "e\u0301",
                "\u0131",
                "i",
                "I",
                "\uff41",
                "*",
                "?",
                "[",
                "%",
                "%00",
                "%2e%2e",
                "%2f",
                ":",
                "a:b",
                "${jndi:ldap://x}",
                "'; DROP TABLE x",
                "]]..redis.call('FLUSHALL')",
                "__proto__",
                "zookeeper",
                "lock/a",
                "redisson_lock",
                "x".repeat(512),
                "x".repeat(511),
                "\u00e9".repeat(256));
    }

    /** What no name may be. */
    static List<String> refused() {
        return List.of("", "x".repeat(513), "\u00e9".repeat(257), "\ud800", "a\udc00", "x".repeat(64 << 10));
    }
}
