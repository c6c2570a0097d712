package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.servers.CuttingProxy;
import dev.pawl.servers.SqlServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What the store owes over a network that fails. */
abstract class NetworkedStoreContract extends JdbcSegmentStoreContract {

    abstract SqlServer server();

    @Override
    final DataSource dataSource() throws SQLException {
        return ServerData.source(server().url());
    }

    @Test
    void aReplyLostAfterTheCommitIsOfUnknownOutcomeAndNoNumberIsHandedOutTwice() throws Exception {
        try (CuttingProxy proxy = ServerData.proxy(server())) {
            JdbcSegmentStore cut = JdbcSegmentStore.of(ServerData.through(proxy, server()), ThreadPerTask.INSTANCE);
            List<Range> ranges = new ArrayList<>(List.of(Await.range(cut.reserve("orders", 100))));
            for (int lost = 1; lost <= 3; lost++) {
                proxy.cutReplyTo("UPDATE pawl_segment");
                BackendException failure = Await.failure(cut.reserve("orders", 100));
                assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
                assertThat(proxy.repliesLost()).as("the fault happened").isEqualTo(lost);
                ranges.add(Await.range(cut.reserve("orders", 100)));
                ranges.add(Await.range(store().reserve("orders", 100)));
            }
            assertThat(ranges).extracting(Range::first).containsExactly(1L, 201L, 301L, 501L, 601L, 801L, 901L);
        }
    }

    @Test
    void aGiveBackWhoseReplyWasLostDoesNotApplyAgain() throws Exception {
        try (CuttingProxy proxy = ServerData.proxy(server())) {
            JdbcSegmentStore cut = JdbcSegmentStore.of(ServerData.through(proxy, server()), ThreadPerTask.INSTANCE);
            Range range = Await.range(cut.reserve("orders", 2_000));
            proxy.cutReplyTo("UPDATE pawl_segment");
            assertThat(Await.failure(cut.giveBack("orders", range, 1_200)).outcome())
                    .isEqualTo(Outcome.UNKNOWN);
            assertThat(proxy.repliesLost()).isEqualTo(1);
            assertThat(Await.range(store().reserve("orders", 800)).last()).isEqualTo(2_000);
            assertThat(Await.value(cut.giveBack("orders", range, 1_200))).isFalse();
            assertThat(Await.range(cut.reserve("orders", 1)).first()).isEqualTo(2_001);
        }
    }

    @Test
    void aServerThatCannotBeReachedIsAFailureWithoutDoubt() throws Exception {
        try (CuttingProxy proxy = ServerData.proxy(server())) {
            JdbcSegmentStore cut = JdbcSegmentStore.of(ServerData.through(proxy, server()), ThreadPerTask.INSTANCE);
            proxy.refuse(true);
            assertThat(Await.failure(cut.reserve("orders", 1)).outcome()).isEqualTo(Outcome.NOT_APPLIED);
            proxy.refuse(false);
            assertThat(Await.range(cut.reserve("orders", 1)).first()).isEqualTo(1);
        }
    }

    /** What went unanswered is the look at the row, before anything was changed. */
    @Test
    void aServerThatFallsSilentIsLeftInTime() throws Exception {
        try (CuttingProxy proxy = ServerData.proxy(server());
                var connection = ServerData.through(proxy, server()).getConnection()) {
            JdbcSegmentStore cut =
                    JdbcSegmentStore.of(new Always(connection), ThreadPerTask.INSTANCE, Duration.ofSeconds(1));
            Await.range(cut.reserve("orders", 10));
            proxy.dropReplies(true);
            long start = System.nanoTime();
            assertThat(Await.failure(cut.reserve("orders", 10)).outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        }
        assertThat(Await.range(store().reserve("orders", 10)).first()).isEqualTo(11);
    }

    @Test
    void aRowThatAnotherHoldsIsWaitedForWithinTheTimeLimit() throws Exception {
        JdbcSegmentStore store = JdbcSegmentStore.of(dataSource(), ThreadPerTask.INSTANCE, Duration.ofSeconds(1));
        try (var holder = dataSource().getConnection();
                var statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("SELECT * FROM pawl_segment FOR UPDATE");
            assertThat(Await.failure(store.reserve("orders", 10))).hasMessageContaining("reservation of tag orders");
            holder.rollback();
        }
        assertThat(Await.range(store.reserve("orders", 10)).first()).isEqualTo(1);
    }
}
