package dev.pawl.delay.redis;

import dev.pawl.servers.RedisProcess;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a server has noted of its slow commands. */
final class RedisSlowLog {

    private RedisSlowLog() {}

    /** The shortest time that each script took, in microseconds. */
    static Map<String, Long> fastest(RedisProcess server) throws IOException {
        Map<String, Long> fastest = new HashMap<>();
        for (Object entry : (List<?>) server.ask("SLOWLOG", "GET", "4096")) {
            List<?> fields = (List<?>) entry;
            List<?> words = (List<?>) fields.get(3);
            if (String.valueOf(words.get(0)).equalsIgnoreCase("EVALSHA")) {
                fastest.merge(String.valueOf(words.get(1)), (Long) fields.get(2), Math::min);
            }
        }
        return fastest;
    }
}
