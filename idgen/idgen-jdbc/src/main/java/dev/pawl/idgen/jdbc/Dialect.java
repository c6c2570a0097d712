package dev.pawl.idgen.jdbc;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.Guarantee.Level;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The statements of one database, and what its settings say about durability. */
enum Dialect {
    H2("h2", "H2") {
        @Override
        Guarantee guarantee(List<@Nullable String> settings, String table, String database) {
            String path = settings.get(0);
            if (path == null || path.matches("(?i)(mem|nioMem)(FS|LZ):.*")) {
                return new Guarantee(Level.EPHEMERAL, "table " + table + " in the memory of H2 database " + database);
            }
            List<String> weak = new ArrayList<>();
            weakUnless("0".equals(settings.get(1)), "WRITE_DELAY=" + settings.get(1), weak);
            boolean kept = !String.valueOf(settings.get(2)).endsWith("TEMPORARY");
            weakUnless(kept, "a table that is temporary", weak);
            return weighed("table " + table + " in H2 file " + path, weak);
        }
    },

    POSTGRESQL("postgresql", "PostgreSQL") {
        @Override
        Guarantee guarantee(List<@Nullable String> settings, String table, String database) {
            List<String> weak = new ArrayList<>();
            weakUnless("on".equals(settings.get(0)), "fsync=" + settings.get(0), weak);
            // local, remote_write and remote_apply wait for the server's own disk too.
            boolean waits = settings.get(1) != null && !"off".equals(settings.get(1));
            weakUnless(waits, "synchronous_commit=" + settings.get(1), weak);
            weakUnless("on".equals(settings.get(2)), "full_page_writes=" + settings.get(2), weak);
            boolean logged = settings.get(3) == null || "p".equals(settings.get(3));
            weakUnless(logged, "a table that is unlogged or temporary", weak);
            return weighed("table " + table + " in PostgreSQL database " + database, weak);
        }
    },

    MARIADB("mysql", "MariaDB") {
        @Override
        Guarantee guarantee(List<@Nullable String> settings, String table, String database) {
            return ofInnoDb(settings, "table " + table + " in MariaDB database " + database);
        }
    },

    MYSQL("mysql", "MySQL") {
        @Override
        Guarantee guarantee(List<@Nullable String> settings, String table, String database) {
            return ofInnoDb(settings, "table " + table + " in MySQL database " + database);
        }
    };

    /** How MariaDB and MySQL say that a page that was half written at a crash is written again. */
    private static final Set<String> TORN_PAGES_MENDED = Set.of("ON", "fast", "DETECT_AND_RECOVER");

    private final String folder;
    private final String product;
    private final String settings;
    private final @Nullable String sync;

    Dialect(String folder, String product) {
        this.folder = folder;
        this.product = product;
        // Only here MariaDB and MySQL differ.
        this.settings = SqlText.statement(product.toLowerCase(Locale.ROOT) + "/settings.sql");
        // The others sync with the commit, H2 when it is told to.
        this.sync = folder.equals("h2") ? SqlText.statement(folder + "/sync.sql") : null;
    }

    /** Finds the dialect of a connection; any other database is refused. */
    static Dialect of(Connection connection) throws SQLException {
        DatabaseMetaData database = connection.getMetaData();
        String product = database.getDatabaseProductName();
        // MySQL's driver calls every server MySQL.
        if (product.equals(MYSQL.product)
                && String.valueOf(database.getDatabaseProductVersion()).contains("MariaDB")) {
            return MARIADB;
        }
        for (Dialect dialect : values()) {
            if (dialect.product.equals(product)) {
                return dialect;
            }
        }
        throw new BackendException(
                "database must be H2, PostgreSQL, MariaDB or MySQL: database=" + product, Outcome.NOT_APPLIED, null);
    }

    /** Weighs the row that {@link #settings()} returned for a table. */
    abstract Guarantee guarantee(List<@Nullable String> settings, String table, String database);

    String settings() {
        return settings;
    }

    /** Reads a statement of an operation from the database's own file, or else from the one that all have in common. */
    String statement(String file) {
        String own = folder + "/" + file + ".sql";
        return SqlText.statement(SqlText.exists(own) ? own : "common/" + file + ".sql");
    }

    /** Reads the statement that makes the table of tags. */
    String schema() {
        return SqlText.statement("schema/" + folder + ".sql");
    }

    /** Reads the statement that adds to an older table of tags what it lacks; empty where no table is older. */
    Optional<String> upgrade() {
        String file = "schema/" + folder + "-upgrade.sql";
        return SqlText.exists(file) ? Optional.of(SqlText.statement(file)) : Optional.empty();
    }

    /** Reads the statement that makes one of our other tables. */
    String schema(String table) {
        return SqlText.statement("schema/" + folder + "-" + table + ".sql");
    }

    /** What must be run after each change, before its result is used. */
    Optional<String> sync() {
        return Optional.ofNullable(sync);
    }

    private static Guarantee ofInnoDb(List<@Nullable String> settings, String scope) {
        List<String> weak = new ArrayList<>();
        String flush = String.valueOf(settings.get(0));
        // 3 is MariaDB's: 1 with a sync more.
        weakUnless(flush.equals("1") || flush.equals("3"), "innodb_flush_log_at_trx_commit=" + flush, weak);
        weakUnless(
                TORN_PAGES_MENDED.contains(String.valueOf(settings.get(1))),
                "innodb_doublewrite=" + settings.get(1),
                weak);
        // A server that has no such setting any more has no such ways either.
        String method = String.valueOf(settings.get(2));
        weakUnless(!method.matches("(?i)nosync|O_DIRECT_NO_FSYNC"), "innodb_flush_method=" + method, weak);
        // What InnoDB has prepared is rolled back after a crash where its event is not in the binary log.
        boolean logSynced = "OFF".equals(settings.get(3)) || "1".equals(settings.get(4));
        weakUnless(logSynced, "log_bin=" + settings.get(3) + " with sync_binlog=" + settings.get(4), weak);
        String engine = settings.get(5);
        weakUnless(engine == null || engine.equals("InnoDB"), "engine=" + engine, weak);
        return weighed(scope, weak);
    }

    private static Guarantee weighed(String scope, List<String> weak) {
        return weak.isEmpty()
                ? new Guarantee(Level.PROVEN, scope)
                : new Guarantee(Level.BEST_EFFORT, scope + ", weakened by " + String.join(", ", weak));
    }

    private static void weakUnless(boolean strong, String setting, List<String> weak) {
        if (!strong) {
            weak.add(setting);
        }
    }
}
