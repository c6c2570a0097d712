package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.spi.WorkerRecord;
import dev.pawl.servers.CuttingProxy;
import dev.pawl.servers.SqlServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What the store owes over a network that fails, and on a server that crashes. */
abstract class NetworkedWorkerLeaseContract extends JdbcWorkerLeaseStoreContract {

    abstract SqlServer server();

    @Override
    final DataSource dataSource() throws SQLException {
        return ServerData.source(server().url());
    }

    @Test
    void aReplyLostAfterTheCommitIsOfUnknownOutcomeAndTheRecordIsThere() throws Exception {
        try (CuttingProxy proxy = ServerData.proxy(server())) {
            JdbcWorkerLeaseStore cut =
                    JdbcWorkerLeaseStore.of(ServerData.through(proxy, server()), ThreadPerTask.INSTANCE);
            Await.value(cut.readAll("orders"));
            proxy.cutReplyTo("UPDATE pawl_worker");
            BackendException failure = Await.failure(cut.compareAndSet("orders", Optional.of(FIRST), SECOND));
            assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
            assertThat(proxy.repliesLost()).as("the fault happened").isEqualTo(1);
            assertThat(Await.value(cut.read("orders", 7))).contains(SECOND);
            assertThat(Await.value(cut.compareAndSet("orders", Optional.of(FIRST), SECOND)))
                    .as("the same once more")
                    .isFalse();
        }
    }

    @Test
    void aFirstRecordWhoseReplyWasLostIsOfUnknownOutcome() throws Exception {
        WorkerRecord other = new WorkerRecord(8, FIRST.incarnation(), 1, 2, Duration.ZERO, FIRST.layout(), 1);
        try (CuttingProxy proxy = ServerData.proxy(server())) {
            JdbcWorkerLeaseStore cut =
                    JdbcWorkerLeaseStore.of(ServerData.through(proxy, server()), ThreadPerTask.INSTANCE);
            Await.value(cut.readAll("orders"));
            proxy.cutReplyTo("INSERT INTO pawl_worker");
            assertThat(Await.failure(cut.compareAndSet("orders", Optional.empty(), other))
                            .outcome())
                    .isEqualTo(Outcome.UNKNOWN);
            assertThat(proxy.repliesLost()).as("the fault happened").isEqualTo(1);
            assertThat(Await.value(cut.compareAndSet("orders", Optional.empty(), other)))
                    .isFalse();
            assertThat(Await.value(cut.read("orders", 8))).contains(other);
        }
    }

    @Test
    void aReadWhoseReplyWasLostHasChangedNothing() throws Exception {
        try (CuttingProxy proxy = ServerData.proxy(server())) {
            JdbcWorkerLeaseStore cut =
                    JdbcWorkerLeaseStore.of(ServerData.through(proxy, server()), ThreadPerTask.INSTANCE);
            Await.value(cut.readAll("orders"));
            proxy.cutReplyTo("FROM pawl_worker");
            assertThat(Await.failure(cut.read("orders", 7)).outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(proxy.repliesLost()).as("the fault happened").isEqualTo(1);
        }
    }

    @Test
    void aServerThatCannotBeReachedIsAFailureWithoutDoubt() throws Exception {
        try (CuttingProxy proxy = ServerData.proxy(server())) {
            JdbcWorkerLeaseStore cut =
                    JdbcWorkerLeaseStore.of(ServerData.through(proxy, server()), ThreadPerTask.INSTANCE);
            proxy.refuse(true);
            assertThat(Await.failure(cut.compareAndSet("orders", Optional.of(FIRST), SECOND))
                            .outcome())
                    .isEqualTo(Outcome.NOT_APPLIED);
            proxy.refuse(false);
            assertThat(Await.value(cut.compareAndSet("orders", Optional.of(FIRST), SECOND)))
                    .isTrue();
        }
    }

    @Test
    void aRecordThatAnotherHoldsIsWaitedForWithinTheTimeLimit() throws Exception {
        JdbcWorkerLeaseStore store =
                JdbcWorkerLeaseStore.of(dataSource(), ThreadPerTask.INSTANCE, Duration.ofSeconds(1));
        try (var holder = dataSource().getConnection();
                var statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("SELECT * FROM pawl_worker FOR UPDATE");
            assertThat(Await.failure(store.compareAndSet("orders", Optional.of(FIRST), SECOND)))
                    .hasMessageContaining("write of worker id 7");
            holder.rollback();
        }
        assertThat(Await.value(store.compareAndSet("orders", Optional.of(FIRST), SECOND)))
                .isTrue();
    }

    @Test
    void aServerThatIsKilledRightAfterItsAcknowledgementHasTheRecord() throws Exception {
        JdbcWorkerLeaseStore store = store();
        WorkerRecord record = FIRST;
        for (int round = 0; round < 3; round++) {
            WorkerRecord next = record.withToTick(record.toTick() + 1_000, record.window());
            assertThat(Await.value(store.compareAndSet("orders", Optional.of(record), next)))
                    .isTrue();
            server().kill();
            assertThat(Await.failure(store.read("orders", 7)).outcome()).isEqualTo(Outcome.NOT_APPLIED);
            server().start();
            assertThat(Await.value(store.read("orders", 7))).contains(next);
            record = next;
        }
    }
}
