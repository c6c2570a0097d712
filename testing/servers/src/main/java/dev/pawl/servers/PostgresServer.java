package dev.pawl.servers;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/** A PostgreSQL server as one test class sees it. */
public final class PostgresServer extends SqlServer {

    private static final Processes PROCESSES = new Processes("PAWL_POSTGRES_URL", PostgresProcess::create);

    private PostgresServer(Given server) throws SQLException {
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
    public static PostgresServer create(Map<String, String> environment)
            throws IOException, InterruptedException, SQLException {
        return new PostgresServer(own(PostgresProcess::create, environment));
    }

    /**
     * Opens the server with these settings, which all of this JVM share and which ends with it, and makes a database on it.
     *
     * @param settings of the server beyond its defaults, as {@code name=value}
     * @return the server
     * @throws IOException if it does not start
     * @throws InterruptedException if the thread was interrupted meanwhile
     * @throws SQLException if it refuses the database
     */
    public static PostgresServer open(List<String> settings) throws IOException, InterruptedException, SQLException {
        return new PostgresServer(PROCESSES.open(settings));
    }

    @Override
    void drop(Statement statement, String database) throws SQLException {
        statement.execute("DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
    }
}
