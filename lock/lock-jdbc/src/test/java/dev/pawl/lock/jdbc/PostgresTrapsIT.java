package dev.pawl.lock.jdbc;

import static dev.pawl.lock.jdbc.Client.attempt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.common.Ticker;
import dev.pawl.lock.DistributedLock;
import dev.pawl.lock.LockHandle;
import dev.pawl.lock.LockService;
import dev.pawl.servers.CuttingProxy;
import dev.pawl.servers.Postgres;
import dev.pawl.servers.PostgresServer;
import dev.pawl.servers.SqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Postgres
final class PostgresTrapsIT extends NetworkedTrapsContract {

    private final PostgresServer server;

    PostgresTrapsIT(PostgresServer server) {
        this.server = server;
    }

    @Override
    SqlServer server() {
        return server;
    }

    @Override
    String setZone(String offset) {
        return "SET TIME ZONE INTERVAL '" + offset + "' HOUR TO MINUTE";
    }

    private JdbcLockBackend listening(DataSource on) {
        return backend(dataSource()).withNotifications(on);
    }

    @Test
    void aReleaseWakesOneOfThoseWhoWaitAndNoOther() throws SQLException {
        try (JdbcLockBackend one = listening(ServerData.source(url()));
                JdbcLockBackend two = listening(ServerData.source(url()))) {
            Client holder = client();
            List<Client> waiting = List.of(new Client(one), new Client(two), new Client(two));
            List<String> attempts =
                    IntStream.range(0, 3).mapToObj(i -> attempt()).toList();
            String held = attempt();
            long base = holder.granted("a", held);
            for (int i = 0; i < 3; i++) {
                waiting.get(i).taken("a", attempts.get(i), true);
            }
            await().untilAsserted(() -> assertThat(waiting)
                    .allSatisfy(client -> assertThat(client.missed.get()).isEqualTo(1)));
            for (int i = 0; i < 3; i++) {
                waiting.get(i).taken("a", attempts.get(i), true);
            }
            holder.release("a", held, base);
            await().until(() -> !waiting.get(0).woken.isEmpty());
            assertThat(waiting.get(0).woken).containsExactly(attempts.get(0));
            // A message of the same server that came behind would have been heard by then.
            String next = attempts.get(0);
            assertThat(waiting.get(0).release("a", next, waiting.get(0).granted("a", next)))
                    .isTrue();
            await().until(() -> !waiting.get(1).woken.isEmpty());
            assertThat(waiting.get(1).woken).containsExactly(attempts.get(1));
            assertThat(waiting.get(2).woken).containsExactly(attempts.get(1));
            assertThat(waiting.get(0).woken).containsExactly(next);
        }
    }

    @Test
    void whoLeavesAfterItWasWokenHasTheNextOneWoken() throws SQLException {
        try (JdbcLockBackend backend = listening(ServerData.source(url()))) {
            Client client = new Client(backend);
            String held = attempt();
            long base = client.granted("a", held);
            List<String> attempts = List.of(attempt(), attempt());
            client.taken("a", attempts.get(0), true);
            await().until(() -> client.missed.get() == 1);
            attempts.forEach(attempt -> client.taken("a", attempt, true));
            client.release("a", held, base);
            await().until(() -> client.woken.size() == 1);
            client.release("a", attempts.get(0), 0);
            await().until(() -> client.woken.size() == 2);
            assertThat(client.woken).containsExactlyElementsOf(attempts);
        }
    }

    @Test
    @Tag("slow")
    void aServerThatFallsSilentWhenItIsListenedToIsLeft() throws Exception {
        try (CuttingProxy proxy = ServerData.proxy(server())) {
            DataSource through = ServerData.through(proxy, server());
            AtomicInteger connections = new AtomicInteger();
            DataSource silent = new OtherDataSource() {
                @Override
                public Connection getConnection() throws SQLException {
                    proxy.dropReplies(false);
                    Connection connection = through.getConnection();
                    proxy.dropReplies(connections.incrementAndGet() == 1);
                    return connection;
                }
            };
            try (JdbcLockBackend backend = listening(silent)) {
                Client client = new Client(backend);
                client.granted("a", attempt());
                client.taken("a", attempt(), true);
                await().atMost(Duration.ofSeconds(60)).until(() -> client.missed.get() == 1);
                assertThat(connections).hasValue(2);
            }
        }
    }

    @Test
    void whoWaitsIsWokenLongBeforeItWouldAsk() throws Exception {
        try (JdbcLockBackend mine = listening(ServerData.source(url()));
                JdbcLockBackend others = listening(ServerData.source(url()));
                LockService one = LockService.of(mine);
                LockService two = LockService.of(others)) {
            DistributedLock first = one.lock("hot");
            DistributedLock second = two.lock("hot");
            List<Long> nanos = new ArrayList<>();
            LockHandle held = first.acquire();
            for (int i = 0; i < 20; i++) {
                CompletableFuture<LockHandle> next = (i % 2 == 0 ? second : first).acquireAsync();
                awaitPlace(one, first);
                long released = Ticker.system().nanos();
                held.release();
                held = Await.value(next);
                nanos.add(Ticker.system().nanos() - released);
            }
            held.release();
            // By asking it would be some six hundred milliseconds.
            assertThat(nanos.stream().sorted().skip(10).findFirst().orElseThrow())
                    .as("median of the nanoseconds from a release to the next grant")
                    .isLessThan(300_000_000L);
        }
    }

    private static void awaitPlace(LockService service, DistributedLock lock) {
        await().pollInterval(Duration.ofMillis(5))
                .until(() -> service.admin().describe(lock).waiting() == 1);
    }

    @Test
    void aConnectionThatEndsIsReplacedAndWhoWaitsAsksAgain() throws SQLException {
        String url = url() + "&ApplicationName=pawl-listener";
        try (JdbcLockBackend backend = listening(ServerData.source(url))) {
            Client client = new Client(backend);
            String held = attempt();
            client.granted("a", held);
            client.taken("a", attempt(), true);
            await().until(() -> client.missed.get() == 1);
            execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pawl-listener'");
            await().until(() -> client.missed.get() == 2);
        }
        await().untilAsserted(() -> assertThat(listeners()).isZero());
    }

    private long listeners() throws SQLException {
        try (var connection = dataSource().getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'pawl-listener'")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void whereNobodyCanListenWhoWaitsAsks() throws Exception {
        try (JdbcLockBackend deaf = backend(dataSource()).withNotifications(Pools.of("jdbc:h2:mem:deaf"));
                LockService one = LockService.of(deaf);
                LockService two = LockService.of(backend(dataSource()))) {
            LockHandle handle = two.lock("a").acquire();
            CompletableFuture<LockHandle> waiting = one.lock("a").acquireAsync();
            awaitPlace(two, two.lock("a"));
            handle.release();
            Await.value(waiting).release();
        }
    }

    /** As an operator makes it who runs the schema's file beforehand. */
    @Test
    void aUserWithTheRightsOfThePageUsesTheTableThatIsThere() throws SQLException {
        String user = "pawl_" + ProcessHandle.current().pid();
        execute("CREATE ROLE " + user + " LOGIN");
        try {
            execute("GRANT SELECT, INSERT, UPDATE ON pawl_lock TO " + user);
            JdbcLockBackend theirs =
                    backend(ServerData.source(server.url().replaceFirst("user=[^&]*", "user=" + user)));
            theirs.createSchema();
            Client client = new Client(theirs);
            String attempt = attempt();
            long base = client.granted("a", attempt);
            client.taken("a", attempt(), true);
            assertThat(client.release("a", attempt, base)).isTrue();
        } finally {
            execute("DROP OWNED BY " + user);
            execute("DROP ROLE " + user);
        }
    }
}
