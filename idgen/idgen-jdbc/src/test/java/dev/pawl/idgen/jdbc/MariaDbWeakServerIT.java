package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.servers.MariaDb;
import dev.pawl.servers.MariaDbServer;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.mariadb.jdbc.MariaDbDataSource;

@MariaDb(
        settings = {
            "innodb-flush-log-at-trx-commit=2",
            "innodb-doublewrite=0",
            "innodb-flush-method=O_DIRECT_NO_FSYNC",
            "log-bin=binlog",
            "sync-binlog=0"
        })
final class MariaDbWeakServerIT {

    @Test
    void aServerThatDoesNotSyncGivesNoProof(MariaDbServer server) throws SQLException {
        JdbcSegmentStore store = JdbcSegmentStore.of(new MariaDbDataSource(server.url()), ThreadPerTask.INSTANCE);
        store.createSchema();
        assertThat(store.guarantee().level()).isEqualTo(Level.BEST_EFFORT);
        assertThat(store.guarantee().scope())
                .endsWith(", weakened by innodb_flush_log_at_trx_commit=2, innodb_doublewrite=OFF,"
                        + " innodb_flush_method=O_DIRECT_NO_FSYNC, log_bin=ON with sync_binlog=0");
    }
}
