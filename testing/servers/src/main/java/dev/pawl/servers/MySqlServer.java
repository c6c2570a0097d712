package dev.pawl.servers;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.opentest4j.TestAbortedException;

/** A MySQL server as one test class sees it: always one that a URL names, so it cannot be stopped, killed or paused. */
public final class MySqlServer extends SqlServer {

    private static final String URL_VARIABLE = "PAWL_MYSQL_URL";

    private MySqlServer(Given server) throws SQLException {
        super(server);
    }

    static MySqlServer open() throws SQLException {
        return new MySqlServer(new Given(required(givenUrl(URL_VARIABLE)), null));
    }

    static String required(Optional<String> url) {
        return url.orElseThrow(() -> new TestAbortedException("MySQL is in no repository of Debian: name a server in "
                + URL_VARIABLE + " (jdbc:mariadb://host:port/?user=...&password=...) to run these tests"));
    }

    @Override
    void drop(Statement statement, String database) throws SQLException {
        MariaDbServer.dropWithItsConnections(statement, database);
    }
}
