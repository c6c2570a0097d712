package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.Guarantee.Level;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DialectTest {

    @ParameterizedTest
    @ValueSource(strings = {"Oracle", "mysql", "Microsoft SQL Server", "h2", ""})
    void anyOtherDatabaseIsRefused(String product) {
        JdbcSegmentStore store = JdbcSegmentStore.of(new Always(connectionTo(product)), ThreadPerTask.INSTANCE);
        BackendException failure = Await.failure(store.reserve("orders", 1));
        assertThat(failure).hasMessage("database must be H2, PostgreSQL, MariaDB or MySQL: database=" + product);
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
    }

    @Test
    void aSettingThatTheServerDoesNotKnowIsNoProof() {
        List<String> unknown = Arrays.asList(null, "on", "on", "p");
        assertThat(Dialect.POSTGRESQL.guarantee(unknown, "pawl_segment", "ids").level())
                .isEqualTo(Level.BEST_EFFORT);
        assertThat(Dialect.H2
                        .guarantee(Arrays.asList("/data/ids", null, null), "pawl_segment", "IDS")
                        .level())
                .isEqualTo(Level.BEST_EFFORT);
    }

    @Test
    void onlyH2IsToldToSync() {
        assertThat(Dialect.H2.sync()).contains("CHECKPOINT SYNC");
        assertThat(Dialect.values())
                .filteredOn(dialect -> dialect.sync().isPresent())
                .containsExactly(Dialect.H2);
    }

    @Test
    void aServerOfMariaDbIsKnownByItsVersionThoughTheDriverCallsItMySql() throws SQLException {
        assertThat(Dialect.of(connectionTo("MySQL", "10.11.6-MariaDB-0+deb12u1")))
                .isEqualTo(Dialect.MARIADB);
        assertThat(Dialect.of(connectionTo("MySQL", "8.4.3"))).isEqualTo(Dialect.MYSQL);
        assertThat(Dialect.of(connectionTo("MariaDB", "10.11.6-MariaDB"))).isEqualTo(Dialect.MARIADB);
    }

    @Test
    void whatInnoDbMustDoForAProof() {
        List<String> strong = List.of("1", "ON", "O_DIRECT", "ON", "1", "InnoDB");
        assertThat(levelWith(strong, 0, "1")).isEqualTo(Level.PROVEN);
        assertThat(levelWith(strong, 0, "3")).isEqualTo(Level.PROVEN);
        assertThat(levelWith(strong, 2, null)).isEqualTo(Level.PROVEN);
        assertThat(levelWith(strong, 5, null)).isEqualTo(Level.PROVEN);
        assertThat(levelWith(List.of("1", "fast", "fsync", "OFF", "0", "InnoDB"), 0, "1"))
                .isEqualTo(Level.PROVEN);
        for (String weak : Arrays.asList("0", "2", null)) {
            assertThat(levelWith(strong, 0, weak)).as("flush %s", weak).isEqualTo(Level.BEST_EFFORT);
        }
        for (String weak : Arrays.asList("OFF", "DETECT_ONLY", null)) {
            assertThat(levelWith(strong, 1, weak)).as("doublewrite %s", weak).isEqualTo(Level.BEST_EFFORT);
        }
        for (String weak : List.of("nosync", "O_DIRECT_NO_FSYNC")) {
            assertThat(levelWith(strong, 2, weak)).as("method %s", weak).isEqualTo(Level.BEST_EFFORT);
        }
        for (String weak : Arrays.asList("0", "100", null)) {
            assertThat(levelWith(strong, 4, weak)).as("binary log %s", weak).isEqualTo(Level.BEST_EFFORT);
        }
        for (String weak : List.of("MyISAM", "Aria", "MEMORY")) {
            assertThat(levelWith(strong, 5, weak)).as("engine %s", weak).isEqualTo(Level.BEST_EFFORT);
        }
    }

    private static Level levelWith(List<String> settings, int index, String value) {
        List<String> changed = new ArrayList<>(settings);
        changed.set(index, value);
        Level level = Dialect.MARIADB.guarantee(changed, "t", "ids").level();
        assertThat(Dialect.MYSQL.guarantee(changed, "t", "ids").level()).isEqualTo(level);
        return level;
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
        return connectionTo(product, "1");
    }

    private static Connection connectionTo(String product, String version) {
        Map<String, Object> answers = Map.of("getDatabaseProductName", product, "getDatabaseProductVersion", version);
        return proxy(Connection.class, Map.of("getMetaData", proxy(DatabaseMetaData.class, answers)));
    }

    /** Answers some methods, says auto-commit is on, and otherwise 0, false or nothing. */
    private static <T> T proxy(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                DialectTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (answers.containsKey(method.getName())) {
                        return answers.get(method.getName());
                    }
                    Class<?> returned = method.getReturnType();
                    if (returned == boolean.class) {
                        return method.getName().equals("getAutoCommit");
                    }
                    return returned == int.class ? (Object) 0 : null;
                }));
    }
}
