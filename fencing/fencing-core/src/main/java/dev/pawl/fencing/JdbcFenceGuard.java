package dev.pawl.fencing;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.fencing.FenceGuarantee.Level;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Guards data in a SQL database by a row of the table {@code pawl_fence} in the same database; {@link JdbcFences} makes it.
 *
 * <pre>{@code
 * guard.enter(token);                    // first of all; commits alone
 * connection.setAutoCommit(false);
 * guard.check(connection, token);        // each working transaction begins with it
 * ... read and write with the connection ...
 * connection.commit();
 * }</pre>
 *
 * <p><b>Guarantee.</b> {@link #check(Connection, FencingToken)} locks the resource's row until the transaction ends, shared
 * with other checks (H2: alone). {@code enter} waits for those transactions, so that once it has returned, all that older
 * holders have done is committed or will be rolled back, and what is read afterwards contains it. This holds at every
 * isolation level, and only for transactions that call {@code check} on their own connection: {@link #check(FencingToken)}
 * is an early refusal and no more. A plain SELECT of the row is never a check.
 *
 * <p><b>Enter inside of a transaction.</b> {@link #enter(Connection, FencingToken)} must be its first statement: what was read
 * before is older than the mark. PostgreSQL, MariaDB and MySQL say so and the call is refused; H2 cannot tell, there it is the
 * caller's duty. At REPEATABLE READ and above PostgreSQL takes the snapshot before it waits for the row's lock, so that the
 * transaction would not see what it has waited for: there, and in H2 too, the call is refused, and {@link #enter(FencingToken)}
 * is to be used.
 *
 * <p><b>Failures.</b> A {@link BackendException} of a call with a connection is always {@code NOT_APPLIED}, since nothing is
 * applied before the commit: roll the transaction back, and run it again if its cause is a deadlock or a serialization
 * failure. After {@code ROLLBACK TO SAVEPOINT} to a point before the check, check again: PostgreSQL has given the lock back.
 *
 * <p><b>Threads.</b> Thread-safe, as far as the caller's connection is. All calls block on the caller's thread.
 */
public final class JdbcFenceGuard implements FenceGuard {

    private final String resource;
    private final OwnTransactions transactions;

    JdbcFenceGuard(String resource, OwnTransactions transactions) {
        this.resource = resource;
        this.transactions = transactions;
    }

    @Override
    public String resource() {
        return resource;
    }

    /**
     * Takes the holder in, in a transaction of its own that is committed when this returns. Waits for working transactions
     * that have checked, at most as long as the time limit of {@link JdbcFences}.
     *
     * @param token the holder's token
     * @throws StaleTokenException if a later holder has entered
     * @throws IssuerMismatchException if the resource is bound to another issuer
     * @throws BackendException if the database refuses or does not answer; to call again does no harm
     * @throws IllegalStateException if the data source hands out a connection that is not in auto-commit mode
     */
    @Override
    public void enter(FencingToken token) {
        transactions.run("entering", resource, row -> entered(row, token));
    }

    /**
     * Takes the holder in with the caller's transaction: until it is committed nobody is kept out but by the row's lock, and
     * if it is rolled back the holder has not entered. Blocks as {@link #enter(FencingToken)} does.
     *
     * @param connection the caller's connection, whose transaction has not begun yet
     * @param token the holder's token
     * @throws StaleTokenException if a later holder has entered
     * @throws IssuerMismatchException if the resource is bound to another issuer
     * @throws BackendException if the database refuses or does not answer; roll the transaction back
     * @throws IllegalStateException if the connection is in auto-commit mode, if the transaction has read already, or at
     *     REPEATABLE READ and above in PostgreSQL and H2
     */
    public void enter(Connection connection, FencingToken token) {
        inTransaction("entering", connection, row -> {
            requireIsolation(connection, row.dialect());
            requireFirst(row);
            return entered(row, token);
        });
    }

    /** {@inheritDoc} Says nothing of the moment after it; the effect belongs behind {@link #check(Connection, FencingToken)}. */
    @Override
    public void check(FencingToken token) {
        transactions.run("checking", resource, row -> checked(row, token));
    }

    /**
     * Checks the token and keeps later holders from entering until the caller's transaction ends. Must be called before
     * the transaction writes, and is best its first statement.
     *
     * @param connection the caller's connection
     * @param token the holder's token, which has entered
     * @throws StaleTokenException if a later holder has entered; roll the transaction back
     * @throws NotEnteredException if this one has not; roll the transaction back
     * @throws IssuerMismatchException if the resource is bound to another issuer; roll the transaction back
     * @throws BackendException if the database refuses or does not answer; roll the transaction back
     * @throws IllegalStateException if the connection is in auto-commit mode
     */
    public void check(Connection connection, FencingToken token) {
        inTransaction("checking", connection, row -> checked(row, token));
    }

    @Override
    public FenceGuarantee guarantees() {
        return new FenceGuarantee(
                Level.ATOMIC, "transactions that call check with their connection, by a row lock in table pawl_fence");
    }

    private FenceMarks inTransaction(String what, Connection connection, OwnTransactions.Work<FenceMarks> work) {
        try {
            if (connection.getAutoCommit()) {
                throw new IllegalStateException(
                        "connection must have auto-commit off, so that the lock lasts as long as the"
                                + " work: resource=" + TokenText.shown(resource));
            }
            return work.on(new FenceRow(connection, resource, transactions.timeoutSeconds()));
        } catch (SQLException e) {
            throw OwnTransactions.failure(what, resource, Outcome.NOT_APPLIED, e);
        }
    }

    private FenceMarks entered(FenceRow row, FencingToken token) throws SQLException {
        FenceMarks marks = row.lock();
        FenceMarks raised = marks.enter(resource, token);
        if (!raised.equals(marks)) {
            row.write(raised);
        }
        return raised;
    }

    private FenceMarks checked(FenceRow row, FencingToken token) throws SQLException {
        FenceMarks marks = row.share();
        marks.check(resource, token);
        return marks;
    }

    private void requireIsolation(Connection connection, SqlDialect dialect) throws SQLException {
        if (!dialect.entersAtEveryIsolation()
                && connection.getTransactionIsolation() > Connection.TRANSACTION_READ_COMMITTED) {
            throw new IllegalStateException(
                    "enter must commit alone above READ COMMITTED, since the snapshot would be older"
                            + " than the lock: call enter(token): resource=" + TokenText.shown(resource));
        }
    }

    private void requireFirst(FenceRow row) throws SQLException {
        if (row.dialect().first().isEmpty()) {
            return;
        }
        try {
            row.update(row.dialect().first().get());
        } catch (SQLException e) {
            if ("25001".equals(e.getSQLState())) {
                throw new IllegalStateException(
                        "enter must be the first statement of its transaction: resource=" + TokenText.shown(resource),
                        e);
            }
            throw e;
        }
    }
}
