package dev.pawl.lock.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.lock.spi.LockFeature;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JdbcLockBackendTest {

    /** Says what it is told to, and otherwise 0, false or nothing. */
    private static final class Given extends OtherDataSource {
        private final Map<String, Object> answers;

        Given(Map<String, Object> answers) {
            this.answers = answers;
        }

        @Override
        public Connection getConnection() {
            return proxy(Connection.class, answers);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Oracle", "mysql", "Microsoft SQL Server", "h2", ""})
    void anyOtherDatabaseIsRefused(String product) {
        DatabaseMetaData database = proxy(DatabaseMetaData.class, Map.of("getDatabaseProductName", product));
        Client client = new Client(JdbcLockBackend.of(
                new Given(Map.of("getAutoCommit", true, "getMetaData", database)), "shop", ThreadPerTask.INSTANCE));
        BackendException failure = Await.failure(client.ask("a", "x", false));
        assertThat(failure).hasMessage("database must be H2, PostgreSQL, MariaDB or MySQL: database=" + product);
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
    }

    @Test
    void aConnectionThatDoesNotSwitchToAutoCommitIsRefused() {
        Client client = new Client(
                JdbcLockBackend.of(new Given(Map.of("getAutoCommit", false)), "shop", ThreadPerTask.INSTANCE));
        BackendException failure = Await.failure(client.ask("a", "x", false));
        assertThat(failure).hasMessageContaining("the connection does not switch to auto-commit");
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
    }

    @Test
    void anExecutorThatRefusesIsAFailureWithoutDoubt() {
        Client client = new Client(JdbcLockBackend.of(new Given(Map.of()), "shop", task -> {
            throw new RejectedExecutionException("full");
        }));
        assertThat(Await.failure(client.ask("a", "x", false)).outcome()).isEqualTo(Outcome.NOT_APPLIED);
    }

    @Test
    void aTimeLimitThatJdbcCannotKeepIsRefused() {
        for (Duration limit :
                List.of(Duration.ZERO, Duration.ofMillis(999), Duration.ofSeconds(-1), Duration.ofDays(1))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> JdbcLockBackend.of(new Given(Map.of()), "shop", Runnable::run, limit))
                    .withMessageStartingWith("timeLimit must be in [1 s, 1 h]: timeLimit=");
        }
    }

    @Test
    void whatIsOfferedIsWhatTheTableSays() {
        assertThat(JdbcLockBackend.of(new Given(Map.of()), "shop", Runnable::run)
                        .guarantees()
                        .features())
                .containsExactlyInAnyOrder(
                        LockFeature.SEMAPHORE, LockFeature.LOCK_DELAY, LockFeature.DESCRIBE, LockFeature.ADMIN);
    }

    private static <T> T proxy(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                JdbcLockBackendTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (answers.containsKey(method.getName())) {
                        return answers.get(method.getName());
                    }
                    Class<?> returned = method.getReturnType();
                    if (returned == boolean.class) {
                        return false;
                    }
                    return returned == int.class ? (Object) 0 : null;
                }));
    }
}
