package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReachedDatabaseTest {

    private static final SQLException REFUSED = new SQLException("connection refused", "08001");
    private static final SQLException STARTING = new SQLException("the database system is starting up", "57P03");
    private static final SQLException WRONG_PASSWORD = new SQLException("password authentication failed", "28P01");
    private static final Connection CONNECTION = proxy(Connection.class, () -> null);

    /** What the driver says next; at the end it says the last thing again and again. */
    private final Deque<Object> answers = new ArrayDeque<>();

    private final ReachedDatabase database = new ReachedDatabase(proxy(DataSource.class, this::answer));

    @Test
    void theFirstFailureIsPassedOnAndLaterOnesAreWaitedOut() throws SQLException {
        answers.addAll(List.of(REFUSED, REFUSED, STARTING, REFUSED, CONNECTION));
        assertThatThrownBy(database::getConnection).isSameAs(REFUSED);
        assertThat(database.getConnection()).isSameAs(CONNECTION);
        answers.addAll(List.of(STARTING, CONNECTION));
        answers.removeFirst();
        assertThatThrownBy(database::getConnection).as("the next outage").isSameAs(STARTING);
    }

    @Test
    void whatTheDatabaseItselfAnswersIsPassedOnEachTime() {
        answers.addAll(List.of(REFUSED, WRONG_PASSWORD));
        assertThatThrownBy(database::getConnection).isSameAs(REFUSED);
        assertThatThrownBy(database::getConnection).isSameAs(WRONG_PASSWORD);
        assertThatThrownBy(database::getConnection).isSameAs(WRONG_PASSWORD);
    }

    @Test
    void closingEndsTheAttempts() {
        answers.add(REFUSED);
        assertThatThrownBy(database::getConnection).isSameAs(REFUSED);
        CompletableFuture<Connection> attempts = CompletableFuture.supplyAsync(() -> {
            try {
                return database.getConnection();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        database.close();
        assertThatThrownBy(() -> attempts.get(10, TimeUnit.SECONDS)).hasRootCause(REFUSED);
    }

    private synchronized Object answer() throws SQLException {
        Object answer = answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
        if (answer instanceof SQLException failure) {
            throw failure;
        }
        return answer;
    }

    private interface Answer {
        Object get() throws SQLException;
    }

    private static <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                ReachedDatabaseTest.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) ->
                        method.getDeclaringClass() == Object.class ? System.identityHashCode(proxy) : answer.get()));
    }
}
