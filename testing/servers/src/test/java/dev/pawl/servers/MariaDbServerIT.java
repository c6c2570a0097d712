package dev.pawl.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

@MariaDb(settings = "max_connections=20")
final class MariaDbServerIT extends SqlServerContract {

    private final MariaDbServer server;

    MariaDbServerIT(MariaDbServer server) {
        super(server);
        this.server = server;
    }

    @Test
    void theServerHasTheSettingsAskedForAndIsDurable() throws SQLException {
        assertThat(ask(server.url(), "SELECT @@max_connections")).isEqualTo("20");
        assertThat(ask(server.url(), "SELECT @@innodb_flush_log_at_trx_commit")).isEqualTo("1");
        assertThat(ask(server.url(), "SELECT @@innodb_doublewrite")).isEqualTo("1");
        assertThat(ask(server.url(), "SELECT @@innodb_flush_method")).isNotEqualTo("nosync");
    }
}
