package dev.pawl.lock.jdbc;

import static dev.pawl.lock.jdbc.Client.attempt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.servers.MariaDb;
import dev.pawl.servers.MariaDbServer;
import dev.pawl.servers.SqlServer;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@MariaDb
@Tag("slow")
final class MariaDbTrapsIT extends NetworkedTrapsContract {

    private final MariaDbServer server;

    MariaDbTrapsIT(MariaDbServer server) {
        this.server = server;
    }

    @Override
    SqlServer server() {
        return server;
    }

    @Override
    String setZone(String offset) {
        return "SET time_zone = '" + offset + "'";
    }

    /** Newer servers refuse by default what was changed since it was read. */
    @Test
    void theIsolationOfSnapshotsChangesNothing() {
        contend(config -> config.setConnectionInitSql("SET innodb_snapshot_isolation = ON"));
    }

    /** The driver counts rows found or rows changed, as the URL says. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rowsAreCountedRightlyWhateverTheUrlSays(boolean affected) throws SQLException {
        Client client = new Client(backend(ServerData.source(url() + "&useAffectedRows=" + affected)));
        String attempt = attempt();
        long base = client.granted("a", attempt);
        client.taken("a", attempt(), false);
        client.taken("a", attempt(), true);
        assertThat(client.renew("a", attempt, base)).isTrue();
        assertThat(client.release("a", attempt, base)).isTrue();
        assertThat(client.release("a", attempt, base)).isFalse();
        assertThat(client.renew("a", attempt, base)).isFalse();
    }
}
