package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.spi.TagState;
import dev.pawl.servers.MariaDb;
import dev.pawl.servers.MariaDbServer;
import dev.pawl.servers.SqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@MariaDb
final class MariaDbJdbcIT extends CrashingStoreContract {

    private final MariaDbServer server;

    MariaDbJdbcIT(MariaDbServer server) {
        this.server = server;
    }

    @Override
    SqlServer server() {
        return server;
    }

    /** The driver counts rows found or rows changed, as the URL says; the store's answers must not depend on it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rowsAreCountedRightlyWhateverTheUrlSays(boolean affected) throws SQLException {
        DataSource dataSource = ServerData.source(server.url() + "&useAffectedRows=" + affected);
        JdbcSegmentStore store = JdbcSegmentStore.of(dataSource, ThreadPerTask.INSTANCE);
        assertThat(Await.value(store.create(SegmentTag.of("orders")))).isFalse();
        Range range = Await.range(store.reserve("orders", 100));
        assertThat(Await.value(store.giveBack("orders", range, 100))).isTrue();
        assertThat(Await.value(store.giveBack("orders", range, 100))).isFalse();
        TagState state = Await.value(store.find("orders")).orElseThrow();
        assertThat(Await.value(store.compareAndSet(state.forward(state.lastId(), state.maxId()))))
                .isTrue();
        assertThat(Await.value(store.compareAndSet(state.forward(state.lastId(), state.maxId()))))
                .isFalse();
        assertThat(Await.range(store.reserve("orders", 1)).first()).isEqualTo(101);
    }

    /** The server gives up waiting for the row, undoes the statement and says so in a class of no meaning. */
    @Test
    void aRowThatAnotherTransactionHoldsTooLongIsAFailureWithoutDoubt() throws SQLException {
        JdbcSegmentStore impatient = JdbcSegmentStore.of(
                ServerData.source(server.url() + "&sessionVariables=innodb_lock_wait_timeout=1"),
                ThreadPerTask.INSTANCE);
        try (Connection holder = dataSource().getConnection();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("SELECT * FROM pawl_segment FOR UPDATE");
            BackendException failure = Await.failure(impatient.reserve("orders", 10));
            assertThat(failure.getCause())
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo(1205));
            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            holder.rollback();
        }
        assertThat(Await.range(impatient.reserve("orders", 10)).first()).isEqualTo(1);
    }

    /** Column types compare so by default: neither capitals nor spaces at the end make a difference to the server. */
    @Test
    void aNameInOtherCapitalsOrWithSpacesIsNotTheTag() throws SQLException {
        assertThat(Await.value(store().create(SegmentTag.of("Orders")))).isTrue();
        execute("UPDATE pawl_segment SET tag = 'Orders  ' WHERE tag = 'Orders'");
        assertThat(Await.value(store().find("Orders"))).isEmpty();
        assertThat(Await.value(store().find("orders"))).isPresent();
    }

    @Test
    void anotherEngineIsNamedAsTheWeakness() throws SQLException {
        Await.range(store().reserve("orders", 1));
        execute("ALTER TABLE pawl_segment ENGINE = Aria");
        JdbcSegmentStore store = store();
        Await.range(store.reserve("orders", 1));
        assertThat(store.guarantee())
                .satisfies(weak -> assertThat(weak.level()).isEqualTo(Level.BEST_EFFORT))
                .extracting(Guarantee::scope)
                .asString()
                .startsWith("table pawl_segment in MariaDB database pawl_")
                .endsWith(", weakened by engine=Aria");
    }
}
