package dev.pawl.chaos;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Locale;
import java.util.Properties;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A planted bug: H2 as it comes, and deaf to the order to sync. It answers to a URL that looks like one of the databases
 * that the service takes, so that the service itself is the one that is shipped.
 */
public final class DefaultsOfH2Driver implements Driver {

    static final String PREFIX = "jdbc:postgresql:planted-h2:";

    static {
        try {
            DriverManager.registerDriver(new DefaultsOfH2Driver());
        } catch (SQLException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Driver h2 = new org.h2.Driver();

    @Override
    public boolean acceptsURL(String url) {
        return url.startsWith(PREFIX);
    }

    @Override
    public @Nullable Connection connect(String url, Properties properties) throws SQLException {
        if (!acceptsURL(url)) {
            return null;
        }
        Properties login = new Properties();
        login.setProperty("user", "sa");
        login.setProperty("password", "");
        Connection connection = h2.connect("jdbc:h2:file:" + url.substring(PREFIX.length()), login);
        return (Connection) Proxy.newProxyInstance(
                DefaultsOfH2Driver.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("prepareStatement") && isSync((String) arguments[0])) {
                        arguments[0] = "CALL 1";
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static boolean isSync(String sql) {
        return sql.toUpperCase(Locale.ROOT).contains("CHECKPOINT SYNC");
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) {
        return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
        return 1;
    }

    @Override
    public int getMinorVersion() {
        return 0;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }
}
