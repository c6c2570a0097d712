package dev.pawl.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisSentinel
@Tag("slow")
final class RedisSentinelIT {

    private final RedisSentinels servers;

    RedisSentinelIT(RedisSentinels servers) {
        this.servers = servers;
    }

    @Test
    void theReplicaFollowsTheMaster() throws Exception {
        String key = servers.master().newPrefix();
        servers.master().ask("SET", key, "42");
        Commands.waitUntil(
                Duration.ofSeconds(10), () -> "42".equals(servers.replica().ask("GET", key)));
        assertThat(servers.sentinelPorts()).hasSize(3);
    }

    @Test
    void aFailOverSwapsTheServers() throws Exception {
        RedisProcess before = servers.master();
        servers.failOver();
        assertThat(servers.master()).isNotSameAs(before);
        assertThat(servers.replica()).isSameAs(before);
    }

    @Test
    void aKilledMasterIsReplaced() throws Exception {
        servers.ensureRunning();
        RedisProcess before = servers.master();
        before.kill();
        servers.awaitOtherMasterThan(before);
        assertThat(isMaster(servers.master())).isTrue();
        servers.ensureRunning();
        assertThat(isMaster(before)).isFalse();
    }

    private static boolean isMaster(RedisProcess server) throws IOException {
        return String.valueOf(server.ask("INFO", "replication")).contains("role:master");
    }
}
