package dev.pawl.testkit;

import dev.pawl.servers.Postgres;
import dev.pawl.servers.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

@Postgres
@ParameterizedClass
@ValueSource(ints = {Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_REPEATABLE_READ})
@Tag("slow")
final class PostgresFenceGuardIT extends JdbcFenceGuardContract {

    private final PostgresServer server;

    PostgresFenceGuardIT(int isolation, PostgresServer server) {
        super(isolation);
        this.server = server;
    }

    @Override
    DataSource dataSource() throws SQLException {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(server.url());
        return dataSource;
    }
}
