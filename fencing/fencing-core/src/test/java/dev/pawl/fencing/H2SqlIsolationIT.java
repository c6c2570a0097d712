package dev.pawl.fencing;

import java.nio.file.Path;
import java.sql.Connection;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(ints = {Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_REPEATABLE_READ})
final class H2SqlIsolationIT extends SqlIsolationContract {

    @TempDir
    private Path folder;

    H2SqlIsolationIT(int isolation) {
        super(isolation);
    }

    @Override
    Bank.Database database() {
        return Databases.h2(folder);
    }

    @Override
    boolean entersAtEveryIsolation() {
        return false;
    }

    @Override
    boolean tellsFirstStatement() {
        return false;
    }

    @Override
    boolean refusesUpdatesOfOldSnapshots() {
        return true;
    }

    @Override
    boolean waitsWithTheSnapshot() {
        return false;
    }
}
