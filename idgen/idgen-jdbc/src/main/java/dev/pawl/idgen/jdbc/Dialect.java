package dev.pawl.idgen.jdbc;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.Guarantee.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The statements of one database, and what its settings say about durability. */
enum Dialect {
    H2("h2", "H2") {
        @Override
        Guarantee guarantee(List<@Nullable String> settings, String database) {
            String path = settings.get(0);
            if (path == null || path.matches("(?i)(mem|nioMem)(FS|LZ):.*")) {
                return new Guarantee(Level.EPHEMERAL, TABLE + " in the memory of H2 database " + database);
            }
            String delay = settings.get(1);
            String scope = TABLE + " in H2 file " + path;
            return "0".equals(delay)
                    ? new Guarantee(Level.PROVEN, scope)
                    : new Guarantee(Level.BEST_EFFORT, scope + ", weakened by WRITE_DELAY=" + delay);
        }
    },

    POSTGRESQL("postgresql", "PostgreSQL") {
        @Override
        Guarantee guarantee(List<@Nullable String> settings, String database) {
            List<String> weak = new ArrayList<>();
            weakUnless("on".equals(settings.get(0)), "fsync=" + settings.get(0), weak);
            // local, remote_write and remote_apply wait for the server's own disk too.
            boolean waits = settings.get(1) != null && !"off".equals(settings.get(1));
            weakUnless(waits, "synchronous_commit=" + settings.get(1), weak);
            weakUnless("on".equals(settings.get(2)), "full_page_writes=" + settings.get(2), weak);
            boolean logged = settings.get(3) == null || "p".equals(settings.get(3));
            weakUnless(logged, "a table that is unlogged or temporary", weak);
            String scope = TABLE + " in PostgreSQL database " + database;
            return weak.isEmpty()
                    ? new Guarantee(Level.PROVEN, scope)
                    : new Guarantee(Level.BEST_EFFORT, scope + ", weakened by " + String.join(", ", weak));
        }
    };

    private static final String TABLE = "table pawl_segment";

    private final String product;
    private final String schema;
    private final String create;
    private final String reserve;
    private final String giveBack;
    private final String find;
    private final String settings;
    private final @Nullable String sync;

    Dialect(String folder, String product) {
        this.product = product;
        this.schema = SqlText.statement("schema/" + folder + ".sql");
        this.create = SqlText.statement(folder + "/create.sql");
        this.reserve = SqlText.statement(folder + "/reserve.sql");
        this.giveBack = SqlText.statement(folder + "/give-back.sql");
        this.find = SqlText.statement(folder + "/find.sql");
        this.settings = SqlText.statement(folder + "/settings.sql");
        // PostgreSQL syncs with the commit, H2 when it is told to.
        this.sync = folder.equals("h2") ? SqlText.statement(folder + "/sync.sql") : null;
    }

    /** Finds the dialect of a connection; any other database is refused. */
    static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        for (Dialect dialect : values()) {
            if (dialect.product.equals(product)) {
                return dialect;
            }
        }
        throw new BackendException("database must be H2 or PostgreSQL: database=" + product, Outcome.NOT_APPLIED, null);
    }

    /** Weighs the row that {@link #settings()} returned. */
    abstract Guarantee guarantee(List<@Nullable String> settings, String database);

    String schema() {
        return schema;
    }

    String create() {
        return create;
    }

    String reserve() {
        return reserve;
    }

    String giveBack() {
        return giveBack;
    }

    String find() {
        return find;
    }

    String settings() {
        return settings;
    }

    /** What must be run after each change, before its result is used. */
    Optional<String> sync() {
        return Optional.ofNullable(sync);
    }

    private static void weakUnless(boolean strong, String setting, List<String> weak) {
        if (!strong) {
            weak.add(setting);
        }
    }
}
