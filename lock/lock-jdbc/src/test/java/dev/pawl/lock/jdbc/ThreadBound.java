package dev.pawl.lock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Hands out the transaction of the thread that made it to that thread, as Spring's proxy does, and others to others. */
final class ThreadBound extends OtherDataSource {

    private final DataSource plain;
    private final Connection callers;
    private final Thread caller = Thread.currentThread();

    ThreadBound(DataSource plain, Connection callers) {
        this.plain = plain;
        this.callers = callers;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return Thread.currentThread() == caller ? notClosing(callers) : plain.getConnection();
    }
}
