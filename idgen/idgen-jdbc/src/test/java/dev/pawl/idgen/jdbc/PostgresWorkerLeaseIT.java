package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.servers.Postgres;
import dev.pawl.servers.PostgresServer;
import dev.pawl.servers.SqlServer;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

@Postgres
final class PostgresWorkerLeaseIT extends NetworkedWorkerLeaseContract {

    private final PostgresServer server;

    PostgresWorkerLeaseIT(PostgresServer server) {
        this.server = server;
    }

    @Override
    SqlServer server() {
        return server;
    }

    @Override
    String inAnotherTimeZone() {
        return "SET TIME ZONE 'Pacific/Kiritimati'";
    }

    @Test
    void everyWeakSettingIsNamed() throws SQLException {
        JdbcWorkerLeaseStore weak = JdbcWorkerLeaseStore.of(
                ServerData.source(server.url() + "&options=-c%20synchronous_commit=off"), ThreadPerTask.INSTANCE);
        assertThat(weak.guarantee().scope()).isEqualTo("table pawl_worker of a database that was not met yet");
        Await.value(weak.time());
        assertThat(weak.guarantee().level()).isEqualTo(Level.BEST_EFFORT);
        assertThat(weak.guarantee().scope()).endsWith(", weakened by synchronous_commit=off");
        execute("ALTER TABLE pawl_worker SET UNLOGGED");
        JdbcWorkerLeaseStore unlogged = store();
        Await.value(unlogged.time());
        assertThat(unlogged.guarantee().scope()).endsWith("weakened by a table that is unlogged or temporary");
    }
}
