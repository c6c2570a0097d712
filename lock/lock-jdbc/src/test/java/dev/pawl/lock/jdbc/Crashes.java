package dev.pawl.lock.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.BackendException.Outcome;
import dev.pawl.servers.SqlServer;
import javax.sql.DataSource;

/** What a server owes that crashes. */
final class Crashes {

    private Crashes() {}

    static void aServerThatIsKilledRightAfterItsAnswerHasTheGrant(SqlServer server, DataSource dataSource)
            throws Exception {
        JdbcLockBackend backend = JdbcLockBackend.of(dataSource, "shop", ThreadPerTask.INSTANCE, Client.PATIENCE);
        backend.createSchema();
        Client client = new Client(backend);
        String attempt = Client.attempt();
        long base = client.granted("a", attempt);
        server.kill();
        assertThat(Await.failure(client.session.verify(Client.grant("a", attempt, base)))
                        .outcome())
                .isEqualTo(Outcome.NOT_APPLIED);
        server.start();
        assertThat(client.verify("a", attempt, base)).isTrue();
        assertThat(client.release("a", attempt, base)).isTrue();
        assertThat(client.granted("a", Client.attempt())).isGreaterThan(base);
    }
}
