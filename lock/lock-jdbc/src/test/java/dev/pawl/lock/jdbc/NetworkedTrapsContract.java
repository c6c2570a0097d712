package dev.pawl.lock.jdbc;

import static dev.pawl.lock.jdbc.Client.attempt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.BackendException.Outcome;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.servers.CuttingProxy;
import dev.pawl.servers.SqlServer;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What a lock owes over a network that fails. */
abstract class NetworkedTrapsContract extends JdbcTrapsContract {

    abstract SqlServer server();

    /** A part of the statement that a first request sends. */
    private static final String ACQUIRE = "INSERT INTO pawl_lock";

    private static final String RELEASE = "holder   = '',";

    @Override
    final String url() {
        return server().url();
    }

    @Test
    void aGrantWhoseReplyWasLostIsFoundByTheSameAttempt() throws Exception {
        try (CuttingProxy proxy = ServerData.proxy(server())) {
            Client cut = new Client(backend(ServerData.through(proxy, server())));
            String attempt = attempt();
            proxy.cutReplyTo(ACQUIRE);
            assertThat(Await.failure(cut.ask("a", attempt, false)).outcome()).isEqualTo(Outcome.UNKNOWN);
            assertThat(proxy.repliesLost()).as("the fault happened").isEqualTo(1);
            client().taken("a", attempt(), false);
            long base = cut.granted("a", attempt);
            assertThat(client().verify("a", attempt, base)).isTrue();
        }
    }

    @Test
    void aReleaseWhoseReplyWasLostIsDone() throws Exception {
        try (CuttingProxy proxy = ServerData.proxy(server())) {
            Client cut = new Client(backend(ServerData.through(proxy, server())));
            String attempt = attempt();
            long base = cut.granted("a", attempt);
            proxy.cutReplyTo(RELEASE);
            assertThat(Await.failure(cut.session.release(Client.grant("a", attempt, base), Duration.ZERO))
                            .outcome())
                    .isEqualTo(Outcome.UNKNOWN);
            assertThat(proxy.repliesLost()).as("the fault happened").isEqualTo(1);
            assertThat(cut.release("a", attempt, base)).isFalse();
            client().granted("a", attempt());
        }
    }

    @Test
    void aServerThatCannotBeReachedIsAFailureWithoutDoubt() throws Exception {
        try (CuttingProxy proxy = ServerData.proxy(server())) {
            Client cut = new Client(backend(ServerData.through(proxy, server())));
            proxy.refuse(true);
            assertThat(Await.failure(cut.ask("a", attempt(), false)).outcome()).isEqualTo(Outcome.NOT_APPLIED);
            proxy.refuse(false);
            cut.granted("a", attempt());
        }
    }

    @Test
    void aServerThatFallsSilentEndsTheRequestAllTheSame() throws Exception {
        try (CuttingProxy proxy = ServerData.proxy(server())) {
            DataSource through = ServerData.through(proxy, server());
            Client cut = new Client(JdbcLockBackend.of(
                    new Always(through.getConnection()), "shop", ThreadPerTask.INSTANCE, Duration.ofSeconds(1)));
            String attempt = attempt();
            long base = cut.granted("a", attempt);
            proxy.dropReplies(true);
            assertThat(Await.failure(cut.session.release(Client.grant("a", attempt, base), Duration.ZERO))
                            .outcome())
                    .isEqualTo(Outcome.UNKNOWN);
        }
    }

    /** It may yet be applied when the row is free: the tombstone is there for that. */
    @Test
    void aRowThatAnotherTransactionHoldsIsWaitedForWithinTheTimeLimit() throws Exception {
        Client client =
                new Client(JdbcLockBackend.of(dataSource(), "shop", ThreadPerTask.INSTANCE, Duration.ofSeconds(1)));
        String attempt = attempt();
        try (RowLock held = new RowLock()) {
            held.take("a");
            Await.failure(client.ask("a", attempt, false));
        }
        client.release("a", attempt, 0, Duration.ofSeconds(10));
        assertThat(Await.value(client.ask("a", attempt, false))).isEqualTo(new AcquireAnswer.Ended());
        client.granted("a", attempt());
    }

    @Test
    void aFreeLockCostsOneRoundTripToAcquireToRenewAndToRelease() throws Exception {
        URI uri = URI.create(url().substring("jdbc:".length()));
        try (RoundTrips wire = new RoundTrips(uri.getPort());
                Connection connection = ServerData.source(
                                url().replaceFirst("//[^/]*/", "//127.0.0.1:" + wire.port() + "/"))
                        .getConnection()) {
            Client client = new Client(backend(new Always(connection)));
            for (String name : new String[] {"a", "a", "b", "a", "a", "a", "a", "a"}) {
                String attempt = attempt();
                wire.sinceLast();
                long base = client.granted(name, attempt);
                assertThat(wire.sinceLast()).as("acquire").isEqualTo(1);
                assertThat(client.renew(name, attempt, base)).isTrue();
                assertThat(wire.sinceLast()).as("renew").isEqualTo(1);
                assertThat(client.verify(name, attempt, base)).isTrue();
                assertThat(wire.sinceLast()).as("verify").isEqualTo(1);
                assertThat(client.release(name, attempt, base)).isTrue();
                assertThat(wire.sinceLast()).as("release").isEqualTo(1);
            }
            String attempt = attempt();
            long base = client.granted("a", attempt);
            wire.sinceLast();
            client.taken("a", attempt(), false);
            assertThat(wire.sinceLast()).as("acquire, taken").isEqualTo(2);
            client.taken("a", attempt(), true);
            assertThat(wire.sinceLast()).as("acquire, taken, with a place").isEqualTo(3);
            client.release("a", attempt, base);
            assertThat(wire.sinceLast()).as("release, others wait").isEqualTo(3);
        }
    }

    /** Somebody else's transaction that holds the row of a lock. */
    private final class RowLock implements AutoCloseable {
        private final Connection connection;

        RowLock() throws SQLException {
            connection = dataSource().getConnection();
            connection.setAutoCommit(false);
        }

        void take(String name) throws SQLException {
            Client client = client();
            String attempt = attempt();
            client.release(name, attempt, client.granted(name, attempt));
            try (Statement statement = connection.createStatement()) {
                statement.execute("SELECT * FROM pawl_lock FOR UPDATE");
            }
        }

        @Override
        public void close() throws SQLException {
            connection.rollback();
            connection.setAutoCommit(true);
            connection.close();
        }
    }
}
