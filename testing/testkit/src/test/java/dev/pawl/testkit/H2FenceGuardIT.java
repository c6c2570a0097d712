package dev.pawl.testkit;

import java.nio.file.Path;
import java.sql.Connection;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(ints = {Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_REPEATABLE_READ})
final class H2FenceGuardIT extends JdbcFenceGuardContract {

    @TempDir
    private Path folder;

    H2FenceGuardIT(int isolation) {
        super(isolation);
    }

    @Override
    DataSource dataSource() {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:file:" + folder.resolve("fences") + ";DB_CLOSE_DELAY=-1");
        return dataSource;
    }
}
