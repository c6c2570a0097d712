package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.spi.WorkerRecord;
import dev.pawl.servers.MariaDb;
import dev.pawl.servers.MariaDbServer;
import dev.pawl.servers.SqlServer;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@MariaDb
final class MariaDbWorkerLeaseIT extends NetworkedWorkerLeaseContract {

    private final MariaDbServer server;

    MariaDbWorkerLeaseIT(MariaDbServer server) {
        this.server = server;
    }

    @Override
    SqlServer server() {
        return server;
    }

    @Override
    String inAnotherTimeZone() {
        return "SET time_zone = '+13:00'";
    }

    /** The driver counts rows found or rows changed, as the URL says; the store's answers must not depend on it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rowsAreCountedRightlyWhateverTheUrlSays(boolean affected) throws SQLException {
        JdbcWorkerLeaseStore store = JdbcWorkerLeaseStore.of(
                ServerData.source(server.url() + "&useAffectedRows=" + affected), ThreadPerTask.INSTANCE);
        WorkerRecord same = FIRST.withToTick(FIRST.toTick(), FIRST.window());
        assertThat(Await.value(store.compareAndSet("orders", Optional.of(FIRST), same)))
                .isTrue();
        assertThat(Await.value(store.compareAndSet("orders", Optional.of(FIRST), same)))
                .isFalse();
        assertThat(Await.value(store.compareAndSet("orders", Optional.empty(), FIRST)))
                .isFalse();
    }

    @Test
    void anotherEngineIsNamedAsTheWeakness() throws SQLException {
        execute("ALTER TABLE pawl_worker ENGINE = Aria");
        JdbcWorkerLeaseStore store = store();
        Await.value(store.time());
        assertThat(store.guarantee().scope()).endsWith(", weakened by engine=Aria");
    }
}
