package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.BackendException.Outcome;
import dev.pawl.servers.CuttingProxy;
import dev.pawl.servers.SqlServer;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What the witness owes over a network that fails, and on a server that crashes. */
abstract class NetworkedSegmentWitnessContract extends JdbcSegmentWitnessContract {

    abstract SqlServer server();

    @Override
    final DataSource dataSource() throws SQLException {
        return ServerData.source(server().url());
    }

    @Test
    void aRaiseWhoseReplyWasLostIsOfUnknownOutcomeAndNotRepeated() throws Exception {
        witness();
        try (CuttingProxy proxy = ServerData.proxy(server())) {
            JdbcSegmentWitness cut = JdbcSegmentWitness.of(ServerData.through(proxy, server()), ThreadPerTask.INSTANCE);
            assertThat(Await.value(cut.raise("lost", 1, 10))).isEmpty();
            proxy.cutReplyTo("UPDATE pawl_witness");
            assertThat(Await.failure(cut.raise("lost", 11, 20)).outcome()).isEqualTo(Outcome.UNKNOWN);
            assertThat(proxy.repliesLost()).as("the fault happened").isEqualTo(1);
            assertThat(Await.value(cut.raise("lost", 11, 20))).hasValue(20);
        }
    }

    /** Had the call been repeated, the mark that came back to the same value would have been lowered again. */
    @Test
    void aLoweringWhoseReplyWasLostIsOfUnknownOutcomeAndNotRepeated() throws Exception {
        witness();
        try (CuttingProxy proxy = ServerData.proxy(server())) {
            JdbcSegmentWitness cut = JdbcSegmentWitness.of(ServerData.through(proxy, server()), ThreadPerTask.INSTANCE);
            assertThat(Await.value(cut.raise("low", 1, 10))).isEmpty();
            proxy.cutReplyTo("UPDATE pawl_witness");
            assertThat(Await.failure(cut.lower("low", 10, 5)).outcome()).isEqualTo(Outcome.UNKNOWN);
            assertThat(proxy.repliesLost()).as("the fault happened").isEqualTo(1);
            assertThat(Await.value(cut.raise("low", 6, 10))).isEmpty();
            assertThat(Await.value(witness().raise("low", 10, 11))).hasValue(10);
        }
    }

    @Test
    void aServerThatCannotBeReachedIsAFailureWithoutDoubt() throws Exception {
        witness();
        try (CuttingProxy proxy = ServerData.proxy(server())) {
            JdbcSegmentWitness cut = JdbcSegmentWitness.of(ServerData.through(proxy, server()), ThreadPerTask.INSTANCE);
            proxy.refuse(true);
            assertThat(Await.failure(cut.raise("refused", 1, 10)).outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(Await.failure(cut.lower("refused", 10, 1)).outcome()).isEqualTo(Outcome.NOT_APPLIED);
        }
    }

    @Test
    void aServerThatIsKilledRightAfterItsAcknowledgementHasTheMark() throws Exception {
        JdbcSegmentWitness witness = witness();
        assertThat(Await.value(witness.raise("killed", 1, 10))).isEmpty();
        server().kill();
        assertThat(Await.failure(witness.raise("killed", 1, 10)).outcome()).isEqualTo(Outcome.NOT_APPLIED);
        server().start();
        assertThat(Await.value(witness.raise("killed", 10, 20))).hasValue(10);
    }
}
