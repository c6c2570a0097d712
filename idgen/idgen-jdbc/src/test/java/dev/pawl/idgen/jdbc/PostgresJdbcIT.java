package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.servers.Postgres;
import dev.pawl.servers.PostgresServer;
import dev.pawl.servers.SqlServer;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

@Postgres
final class PostgresJdbcIT extends CrashingStoreContract {

    private final PostgresServer server;

    PostgresJdbcIT(PostgresServer server) {
        this.server = server;
    }

    @Override
    SqlServer server() {
        return server;
    }

    @Test
    void aTableOfTheFirstFormatIsUpgraded() throws SQLException {
        assertATableOfTheFirstFormatIsUpgraded();
    }

    @Test
    void everyWeakSettingIsNamed() throws SQLException {
        assertThat(guaranteeWith("&options=-c%20synchronous_commit=off"))
                .satisfies(weak -> assertThat(weak.level()).isEqualTo(Level.BEST_EFFORT))
                .extracting(Guarantee::scope)
                .asString()
                .endsWith(", weakened by synchronous_commit=off");
        for (String waits : List.of("on", "local", "remote_write", "remote_apply")) {
            assertThat(guaranteeWith("&options=-c%20synchronous_commit=" + waits)
                            .level())
                    .as(waits)
                    .isEqualTo(Level.PROVEN);
        }
        execute("ALTER TABLE pawl_segment SET UNLOGGED");
        assertThat(guaranteeWith("").scope()).endsWith("weakened by a table that is unlogged or temporary");
    }

    private Guarantee guaranteeWith(String parameters) throws SQLException {
        JdbcSegmentStore store =
                JdbcSegmentStore.of(ServerData.source(server.url() + parameters), ThreadPerTask.INSTANCE);
        Await.range(store.reserve("orders", 1));
        return store.guarantee();
    }
}
