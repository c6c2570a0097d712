package dev.pawl.fencing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.servers.CuttingProxy;
import dev.pawl.servers.SqlServer;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a guard owes over a network that fails. */
abstract class NetworkedFencesContract extends JdbcFencesContract {

    abstract SqlServer server();

    @Override
    final Bank.Database database() throws SQLException {
        return Databases.at(server().url());
    }

    @Test
    void anEnterWhoseCommitWasNotAnsweredIsOfUnknownOutcomeAndMayBeRepeated() throws Exception {
        try (CuttingProxy proxy = proxy()) {
            JdbcFenceGuard guard = JdbcFences.of(through(proxy).dataSource()).guard("r");
            guard.enter(token(1));
            proxy.cutReplyTo("COMMIT");
            assertThatExceptionOfType(BackendException.class)
                    .isThrownBy(() -> guard.enter(token(2)))
                    .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
            assertThat(proxy.repliesLost()).as("the fault happened").isEqualTo(1);
            guard.enter(token(2));
            guard.check(token(2));
        }
    }

    @Test
    void anEnterThatWasCutBeforeItsCommitIsNotApplied() throws Exception {
        try (CuttingProxy proxy = proxy()) {
            JdbcFenceGuard guard = JdbcFences.of(through(proxy).dataSource()).guard("r");
            guard.enter(token(1));
            proxy.cutReplyTo("UPDATE pawl_fence");
            assertThatExceptionOfType(BackendException.class)
                    .isThrownBy(() -> guard.enter(token(2)))
                    .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
            assertThat(proxy.repliesLost()).as("the fault happened").isEqualTo(1);
            guard.check(token(1));
        }
    }

    @Test
    void aServerThatCannotBeReachedIsAFailureWithoutDoubt() throws Exception {
        try (CuttingProxy proxy = proxy()) {
            JdbcFenceGuard guard = JdbcFences.of(through(proxy).dataSource()).guard("r");
            proxy.refuse(true);
            assertThatExceptionOfType(BackendException.class)
                    .isThrownBy(() -> guard.enter(token(2)))
                    .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
        }
    }

    /** Not on H2 2.4.240, where the second lock, once another waits for it, keeps that one busy for ever. */
    @Test
    void aCheckIsRepeatedAfterASavepointIsRolledBack() throws SQLException {
        fences().guard("r").enter(token(1));
        Connection working = bank().begin();
        Savepoint before = working.setSavepoint();
        fences().guard("r").check(working, token(1));
        working.rollback(before);
        fences().guard("r").check(working, token(1));
        assertThatExceptionOfType(BackendException.class)
                .isThrownBy(() -> JdbcFences.of(bank().database().dataSource(), Duration.ofSeconds(1))
                        .guard("r")
                        .enter(token(2)));
    }

    private CuttingProxy proxy() throws Exception {
        URI uri = URI.create(server().url().substring("jdbc:".length()));
        return CuttingProxy.to(uri.getHost(), uri.getPort());
    }

    private Bank.Database through(CuttingProxy proxy) throws SQLException {
        return Databases.at(server().url().replaceFirst("//[^/]*/", "//127.0.0.1:" + proxy.port() + "/"));
    }
}
