package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.spi.SegmentWitness;
import dev.pawl.testkit.SegmentWitnessTck;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What the witness owes on each database: the kit, and what comes with the database. */
abstract class JdbcSegmentWitnessContract extends SegmentWitnessTck {

    /** Connections to one database, with auto-commit on. */
    abstract DataSource dataSource() throws SQLException;

    @Override
    protected final SegmentWitness open() throws SQLException {
        return witness();
    }

    @Test
    void aRollbackOfTheCallersTransactionDoesNotLowerTheMark() throws SQLException {
        witness();
        try (Connection callers = dataSource().getConnection()) {
            callers.setAutoCommit(false);
            try (Statement statement = callers.createStatement()) {
                statement.execute("SELECT 1");
            }
            JdbcSegmentWitness witness =
                    JdbcSegmentWitness.of(new ThreadBound(dataSource(), callers), ThreadPerTask.INSTANCE);
            assertThat(Await.value(witness.raise("rollback", 1, 10))).isEmpty();
            assertThat(Await.value(witness.raise("rollback", 11, 20))).isEmpty();
            callers.rollback();
        }
        assertThat(Await.value(witness().raise("rollback", 1, 10))).hasValue(20);
    }

    @Test
    void aNewerFormatIsRefusedAndLeftAlone() throws SQLException {
        assertThat(Await.value(witness().raise("newer", 1, 10))).isEmpty();
        execute("UPDATE pawl_witness SET format_version = 2 WHERE tag = 'newer'");
        List<BackendException> failures = List.of(
                Await.failure(witness().raise("newer", 11, 20)),
                Await.failure(witness().raise("newer", 1, 10)),
                Await.failure(witness().lower("newer", 10, 5)));
        assertThat(failures).allSatisfy(failure -> {
            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(failure).hasMessageContaining("format version of the witness of tag newer must be");
        });
        execute("UPDATE pawl_witness SET format_version = 1 WHERE tag = 'newer'");
        assertThat(Await.value(witness().raise("newer", 10, 20))).hasValue(10);
    }

    @Test
    void aMissingTableIsRefusedWithoutDoubt() throws SQLException {
        witness();
        execute("DROP TABLE pawl_witness");
        JdbcSegmentWitness witness = JdbcSegmentWitness.of(dataSource(), ThreadPerTask.INSTANCE);
        assertThat(Await.failure(witness.raise("orders", 1, 10)).outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(Await.failure(witness.lower("orders", 10, 1)).outcome()).isEqualTo(Outcome.NOT_APPLIED);
    }

    @Test
    void theScopeNamesTheTable() throws SQLException {
        JdbcSegmentWitness witness = JdbcSegmentWitness.of(dataSource(), ThreadPerTask.INSTANCE);
        assertThat(witness.scope()).isEqualTo("table pawl_witness of a database that was not met yet");
        witness.createSchema();
        assertThat(witness.scope()).startsWith("table pawl_witness in ").doesNotContain("weakened");
    }

    final JdbcSegmentWitness witness() throws SQLException {
        JdbcSegmentWitness witness = JdbcSegmentWitness.of(dataSource(), ThreadPerTask.INSTANCE);
        witness.createSchema();
        return witness;
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
