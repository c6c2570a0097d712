package dev.pawl.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

@Postgres(settings = "max_connections=20")
final class PostgresServerIT extends SqlServerContract {

    private final PostgresServer server;

    PostgresServerIT(PostgresServer server) {
        super(server);
        this.server = server;
    }

    @Test
    void theServerHasTheSettingsAskedForAndIsDurable() throws SQLException {
        assertThat(ask(server.url(), "SHOW max_connections")).isEqualTo("20");
        assertThat(ask(server.url(), "SHOW fsync")).isEqualTo("on");
    }
}
