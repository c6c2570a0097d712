package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.servers.Postgres;
import dev.pawl.servers.PostgresServer;
import dev.pawl.servers.SqlServer;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
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

    /** As an operator makes them who runs the schema's files beforehand. */
    @Test
    void aUserWithoutTheRightToMakeTablesUsesThoseThatAreThere() throws SQLException {
        String user = "pawl_" + ProcessHandle.current().pid();
        DataSource own = dataSource();
        JdbcWorkerLeaseStore.of(own, ThreadPerTask.INSTANCE).createSchema();
        JdbcSegmentWitness.of(own, ThreadPerTask.INSTANCE).createSchema();
        execute("CREATE ROLE " + user + " LOGIN");
        try {
            execute("GRANT SELECT, INSERT, UPDATE ON pawl_segment, pawl_worker, pawl_witness TO " + user);
            DataSource theirs = ServerData.source(server.url().replaceFirst("user=[^&]*", "user=" + user));
            JdbcSegmentStore store = JdbcSegmentStore.of(theirs, ThreadPerTask.INSTANCE);
            store.createSchema();
            JdbcWorkerLeaseStore.of(theirs, ThreadPerTask.INSTANCE).createSchema();
            JdbcSegmentWitness.of(theirs, ThreadPerTask.INSTANCE).createSchema();
            assertThat(Await.range(store.reserve("orders", 10)).first()).isEqualTo(1);
        } finally {
            execute("DROP OWNED BY " + user);
            execute("DROP ROLE " + user);
        }
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
