package dev.pawl.fencing;

import java.nio.file.Path;
import java.sql.SQLException;
import org.h2.jdbcx.JdbcDataSource;
import org.mariadb.jdbc.MariaDbDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The databases of the tests, without a pool, and how each says who waits for a lock. */
final class Databases {

    private Databases() {}

    static Bank.Database h2(Path folder) {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:file:" + folder.resolve("bank") + ";DB_CLOSE_DELAY=-1");
        return new Bank.Database(
                dataSource, "SELECT count(*) FROM information_schema.sessions WHERE blocker_id IS NOT NULL");
    }

    static Bank.Database at(String url) throws SQLException {
        if (url.startsWith("jdbc:mariadb:")) {
            return new Bank.Database(
                    new MariaDbDataSource(url),
                    "SELECT count(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'");
        }
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(url);
        return new Bank.Database(
                dataSource,
                "SELECT count(*) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND wait_event_type = 'Lock'");
    }
}
