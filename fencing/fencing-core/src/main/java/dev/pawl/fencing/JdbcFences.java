package dev.pawl.fencing;

import dev.pawl.common.BackendException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import javax.sql.DataSource;

/**
 * The fence table {@code pawl_fence} of one database, H2 2.x, PostgreSQL, MariaDB or MySQL, and the guards of the resources in
 * it. It must be the database of the guarded data itself, its primary and not a replica.
 *
 * <p><b>What is kept.</b> One row for each resource, about 200 bytes, as long as the resource: a mark that is forgotten lets
 * stale holders in again. {@link #remove} belongs to the deletion of a resource whose name is not used again.
 *
 * <p><b>Connections.</b> {@code enter(token)}, {@code check(token)} and the administrator's calls take a connection of their own
 * from the data source, which must hand it out in auto-commit mode: one that is not may be in a transaction of the caller, whose
 * rollback would take the mark back. Each statement has a time limit, 5 s unless told; {@code enter} waits no longer for the
 * transactions of others.
 *
 * <p><b>Threads.</b> Thread-safe; all calls block on the caller's thread. The data source is not closed.
 */
public final class JdbcFences {

    private static final Duration TIME_LIMIT = Duration.ofSeconds(5);
    private static final int GREATEST_RESOURCE = 512;

    /** How often the table is made while other processes make it, too. */
    private static final int ATTEMPTS = 5;

    /** The table is made by another process at this moment. */
    private static final Set<String> MADE_BY_ANOTHER = Set.of("23505", "42P07", "42710", "42S01");

    private final OwnTransactions transactions;

    private JdbcFences(DataSource dataSource, Duration timeLimit) {
        Objects.requireNonNull(dataSource, "dataSource");
        if (timeLimit.compareTo(Duration.ofSeconds(1)) < 0 || timeLimit.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("timeLimit must be in [1 s, 1 h]: timeLimit=" + timeLimit);
        }
        this.transactions = new OwnTransactions(dataSource, timeLimit);
    }

    /**
     * Opens the table with a time limit of 5 seconds. Does no I/O.
     *
     * @param dataSource where connections to the database of the guarded data come from, in auto-commit mode
     * @return the fences
     */
    public static JdbcFences of(DataSource dataSource) {
        return of(dataSource, TIME_LIMIT);
    }

    /**
     * Opens the table. Does no I/O.
     *
     * @param dataSource where connections to the database of the guarded data come from, in auto-commit mode
     * @param timeLimit how long a statement may take, waiting for others' transactions included, in whole seconds, from 1
     *     second to 1 hour
     * @return the fences
     * @throws IllegalArgumentException if the time limit is out of bounds
     */
    public static JdbcFences of(DataSource dataSource, Duration timeLimit) {
        return new JdbcFences(dataSource, timeLimit);
    }

    /**
     * Makes the table where it is missing, from the file {@code schema/<database>.sql} in this jar. Call it only where the program
     * may change the schema; a migration tool can run the same file. May be called again, and by several processes at once.
     *
     * @throws BackendException if the table could not be made
     */
    public void createSchema() {
        transactions.onConnection("making table", "pawl_fence", JdbcFences::created);
    }

    /**
     * Returns the guard of a resource. Does no I/O; guards of one name share its marks, wherever they are made.
     *
     * @param resource the resource's name, any text of 1 to 512 bytes of UTF-8
     * @return the guard
     * @throws IllegalArgumentException if the name is empty, too long, or no valid Unicode
     */
    public JdbcFenceGuard guard(String resource) {
        return new JdbcFenceGuard(TokenText.requireLength("resource", resource, GREATEST_RESOURCE), transactions);
    }

    /**
     * Moves a resource to an issuer: an administrator's act, after which every holder has to enter anew. Waits for working
     * transactions that have checked.
     *
     * @param resource the resource's name
     * @param issuer who counts from now on
     * @param floor the least number to accept, at least 1
     * @throws IllegalArgumentException if an argument is out of range
     * @throws BackendException if the database refuses or does not answer; to call again does no harm
     * @throws IllegalStateException if the data source hands out a connection that is not in auto-commit mode
     */
    public void reset(String resource, String issuer, long floor) {
        FenceMarks set = FenceMarks.set(issuer, floor);
        transactions.run("resetting", guard(resource).resource(), row -> {
            FenceMarks before = row.lock();
            row.write(set);
            return before;
        });
    }

    /**
     * Forgets a resource that is no more.
     *
     * @param resource the resource's name
     * @return whether anything was kept of it
     * @throws BackendException if the database refuses or does not answer; to call again does no harm
     * @throws IllegalStateException if the data source hands out a connection that is not in auto-commit mode
     */
    public boolean remove(String resource) {
        return transactions.run("removing", guard(resource).resource(), FenceRow::remove);
    }

    private static boolean created(Connection connection) throws SQLException {
        String schema = SqlDialect.of(connection).schema();
        for (int i = 1; ; i++) {
            try (Statement statement = connection.createStatement()) {
                return statement.execute(schema);
            } catch (SQLException e) {
                if (i == ATTEMPTS || !MADE_BY_ANOTHER.contains(String.valueOf(e.getSQLState()))) {
                    throw e;
                }
            }
        }
    }
}
