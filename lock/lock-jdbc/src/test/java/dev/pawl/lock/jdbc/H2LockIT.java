package dev.pawl.lock.jdbc;

import javax.sql.DataSource;

final class H2LockIT extends JdbcLockContract {

    @Override
    DataSource dataSource() {
        return Pools.of("jdbc:h2:mem:kit;DB_CLOSE_DELAY=-1");
    }
}
