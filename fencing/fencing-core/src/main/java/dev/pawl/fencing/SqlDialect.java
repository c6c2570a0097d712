package dev.pawl.fencing;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Collectors;

/** The statements of one database: one operation a file, under a header that says what it does. */
enum SqlDialect {
    H2("h2", false),
    POSTGRESQL("postgresql", false),
    /** MariaDB and MySQL: a read that locks takes no snapshot. */
    MYSQL("mysql", true);

    private final String folder;
    private final boolean entersAtEveryIsolation;
    private final String lock;
    private final String share;
    private final String create;
    private final String raise;
    private final String remove;
    private final Optional<String> first;

    SqlDialect(String folder, boolean entersAtEveryIsolation) {
        this.folder = folder;
        this.entersAtEveryIsolation = entersAtEveryIsolation;
        this.lock = statement("lock");
        this.share = statement("share");
        this.create = statement("create");
        this.raise = statement("raise");
        this.remove = statement("remove");
        this.first = exists(folder + "/first.sql") ? Optional.of(statement("first")) : Optional.empty();
    }

    /** Finds the dialect of a connection; any other database is refused. */
    static SqlDialect of(Connection connection) throws SQLException {
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

    String lock() {
        return lock;
    }

    String share() {
        return share;
    }

    String create() {
        return create;
    }

    String raise() {
        return raise;
    }

    String remove() {
        return remove;
    }

    /** A statement that fails where the transaction has read already, in a database that can tell. */
    Optional<String> first() {
        return first;
    }

    /**
     * Whether a transaction may begin with enter above READ COMMITTED: its snapshot must be younger than a lock that enter
     * waited for, and it must be known that it has not read before.
     */
    boolean entersAtEveryIsolation() {
        return entersAtEveryIsolation;
    }

    String schema() {
        return text("schema/" + folder + ".sql");
    }

    /** The database's own statement, or else the one that all have in common. */
    private String statement(String operation) {
        String own = folder + "/" + operation + ".sql";
        return text(exists(own) ? own : "common/" + operation + ".sql");
    }

    private static boolean exists(String file) {
        return SqlDialect.class.getResource(file) != null;
    }

    /** Returns the statement without its header and its semicolon. */
    static String text(String file) {
        try (InputStream in = SqlDialect.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("file must be in the jar: file=" + file);
            }
            String statement = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("--"))
                    .collect(Collectors.joining("\n"))
                    .strip();
            return statement.substring(0, statement.length() - 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
