package dev.pawl.lock.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Has something done once, between the reading of a row and the writing of what was decided upon it. */
final class Interposing extends OtherDataSource {

    private final DataSource plain;
    private final Runnable between;
    private volatile boolean armed = true;
    private volatile boolean happened;

    Interposing(DataSource plain, Runnable between) {
        this.plain = plain;
        this.between = between;
    }

    void arm(boolean arm) {
        armed = arm;
    }

    boolean happened() {
        return happened;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = plain.getConnection();
        return (Connection) Proxy.newProxyInstance(
                Interposing.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("prepareStatement") && arguments[0].equals(Dialect.H2.write) && armed) {
                        armed = false;
                        between.run();
                        happened = true;
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
