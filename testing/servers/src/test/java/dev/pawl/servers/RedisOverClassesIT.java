package dev.pawl.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class RedisOverClassesIT {

    private static final Set<Long> PIDS = new TreeSet<>();

    @Nested
    @RedisServer
    final class OneClass {

        @Test
        void hasTheServerThatTheOtherHas(RedisProcess server) throws IOException {
            requireTheSame(server);
        }
    }

    @Nested
    @RedisServer
    final class TheOther {

        @Test
        void hasTheServerThatTheOneHas(RedisProcess server) throws IOException {
            requireTheSame(server);
        }
    }

    private static void requireTheSame(RedisProcess server) throws IOException {
        assertThat(server.ask("PING")).isEqualTo("PONG");
        PIDS.add(server.pid());
        assertThat(PIDS).containsExactly(server.pid());
    }
}
