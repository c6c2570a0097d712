package dev.pawl.lock.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The messages that a connection to PostgreSQL hears. By reflection, since only who listens needs the driver. */
final class PostgresMessages {

    private final Object connection;
    private final Method getNotifications;
    private final Method getParameter;

    private PostgresMessages(Object connection, Method getNotifications, Method getParameter) {
        this.connection = connection;
        this.getNotifications = getNotifications;
        this.getParameter = getParameter;
    }

    /** Fails where the connection leads to another database, or the driver is not there. */
    static PostgresMessages of(Connection connection) throws SQLException {
        try {
            Class<?> type = Class.forName("org.postgresql.PGConnection");
            return new PostgresMessages(
                    connection.unwrap(type),
                    type.getMethod("getNotifications", int.class),
                    Class.forName("org.postgresql.PGNotification").getMethod("getParameter"));
        } catch (ReflectiveOperationException e) {
            throw new SQLException("PostgreSQL's driver must be there", e);
        }
    }

    /** Waits for messages, and returns what they say; nothing after the time. */
    List<String> await(int millis) throws SQLException {
        try {
            List<String> said = new ArrayList<>();
            if (getNotifications.invoke(connection, millis) instanceof Object[] messages) {
                for (Object message : messages) {
                    said.add(String.valueOf(getParameter.invoke(message)));
                }
            }
            return said;
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof SQLException failure ? failure : new SQLException(e);
        } catch (IllegalAccessException e) {
            throw new SQLException(e);
        }
    }
}
