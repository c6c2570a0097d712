package dev.pawl.fencing;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class H2FencesIT extends JdbcFencesContract {

    @TempDir
    private Path folder;

    @Override
    Bank.Database database() {
        return Databases.h2(folder);
    }
}
