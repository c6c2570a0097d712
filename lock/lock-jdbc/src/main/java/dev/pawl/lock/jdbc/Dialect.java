package dev.pawl.lock.jdbc;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import java.sql.Connection;
import java.sql.SQLException;

/** The statements of one database. */
enum Dialect {
    H2("h2"),
    POSTGRESQL("postgresql"),
    /** MariaDB too. */
    MYSQL("mysql");

    final String schema;
    final String acquire;
    final String renew;
    final String release;
    final String read;
    final String list;
    final String insert;
    final String write;

    Dialect(String folder) {
        schema = SqlText.statement("schema/" + folder + ".sql");
        acquire = SqlText.statement(folder + "/acquire.sql");
        renew = SqlText.statement(folder + "/renew.sql");
        release = SqlText.statement(folder + "/release.sql");
        read = SqlText.statement(folder + "/read.sql");
        list = SqlText.statement(folder + "/list.sql");
        insert = SqlText.statement("common/insert.sql");
        write = SqlText.statement("common/write.sql");
    }

    /** Finds the dialect of a connection; any other database is refused. */
    static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        return switch (product) {
            case "H2" -> H2;
            case "PostgreSQL" -> POSTGRESQL;
            case "MariaDB", "MySQL" -> MYSQL;
            default ->
                throw new BackendException(
                        "database must be H2, PostgreSQL, MariaDB or MySQL: database=" + product,
                        Outcome.NOT_APPLIED,
                        null);
        };
    }
}
