package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.Guarantee.Level;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DialectTest {

    @ParameterizedTest
    @ValueSource(strings = {"MySQL", "MariaDB", "Oracle", "Microsoft SQL Server", "h2", ""})
    void anyOtherDatabaseIsRefused(String product) {
        JdbcSegmentStore store = JdbcSegmentStore.of(new Always(connectionTo(product)), ThreadPerTask.INSTANCE);
        BackendException failure = Await.failure(store.reserve("orders", 1));
        assertThat(failure).hasMessage("database must be H2 or PostgreSQL: database=" + product);
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
    }

    @Test
    void aSettingThatTheServerDoesNotKnowIsNoProof() {
        List<String> unknown = Arrays.asList(null, "on", "on", "p");
        assertThat(Dialect.POSTGRESQL.guarantee(unknown, "ids").level()).isEqualTo(Level.BEST_EFFORT);
        assertThat(Dialect.H2.guarantee(Arrays.asList("/data/ids", null), "IDS").level())
                .isEqualTo(Level.BEST_EFFORT);
    }

    @Test
    void onlyH2IsToldToSync() {
        assertThat(Dialect.H2.sync()).contains("CHECKPOINT SYNC");
        assertThat(Dialect.POSTGRESQL.sync()).isEmpty();
    }

    @Test
    void aTimeLimitThatJdbcCannotKeepIsRefused() {
        for (Duration limit :
                List.of(Duration.ZERO, Duration.ofMillis(999), Duration.ofSeconds(-1), Duration.ofDays(1))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> JdbcSegmentStore.of(new Always(null), Runnable::run, limit))
                    .withMessageStartingWith("timeLimit must be in [1 s, 1 h]: timeLimit=");
        }
    }

    private static Connection connectionTo(String product) {
        DatabaseMetaData metaData = proxy(DatabaseMetaData.class, "getDatabaseProductName", product);
        return proxy(Connection.class, "getMetaData", metaData);
    }

    /** Answers one method, says auto-commit is on, and otherwise 0, false or nothing. */
    private static <T> T proxy(Class<T> type, String name, Object answer) {
        return type.cast(Proxy.newProxyInstance(
                DialectTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().equals(name)) {
                        return answer;
                    }
                    Class<?> returned = method.getReturnType();
                    if (returned == boolean.class) {
                        return method.getName().equals("getAutoCommit");
                    }
                    return returned == int.class ? (Object) 0 : null;
                }));
    }
}
