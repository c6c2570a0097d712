package dev.pawl.servers;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A MariaDB server as one test class sees it. */
public final class MariaDbServer extends SqlServer {

    private static final Processes PROCESSES = new Processes("PAWL_MARIADB_URL", MariaDbProcess::create);

    private MariaDbServer(Given server) throws SQLException {
        super(server);
    }

    /**
     * Starts a server that nobody else has.
     *
     * @param environment variables beside those of this process, which it has also when it is started again
     * @return the server, answering; it ends with the JVM
     * @throws IOException if it does not start
     * @throws InterruptedException if the thread was interrupted meanwhile
     * @throws SQLException if it refuses to make a database
     */
    public static MariaDbServer create(Map<String, String> environment)
            throws IOException, InterruptedException, SQLException {
        return new MariaDbServer(own(MariaDbProcess::create, environment));
    }

    static MariaDbServer open(List<String> settings) throws IOException, InterruptedException, SQLException {
        return new MariaDbServer(PROCESSES.open(settings));
    }

    @Override
    void drop(Statement statement, String database) throws SQLException {
        dropWithItsConnections(statement, database);
    }

    /** A transaction that was left open would keep the database for a day. MySQL does it in the same way. */
    static void dropWithItsConnections(Statement statement, String database) throws SQLException {
        List<Long> connections = new ArrayList<>();
        try (ResultSet rows =
                statement.executeQuery("SELECT id FROM information_schema.processlist WHERE db = '" + database + "'")) {
            while (rows.next()) {
                connections.add(rows.getLong(1));
            }
        }
        for (long connection : connections) {
            boolean unused = endQuietly(statement, connection);
        }
        statement.execute("SET SESSION lock_wait_timeout = 60");
        statement.execute("DROP DATABASE IF EXISTS " + database);
    }

    /** It may have ended meanwhile; one that has not holds the next statement up. */
    private static boolean endQuietly(Statement statement, long connection) {
        try {
            return statement.execute("KILL " + connection);
        } catch (SQLException e) {
            return false;
        }
    }
}
