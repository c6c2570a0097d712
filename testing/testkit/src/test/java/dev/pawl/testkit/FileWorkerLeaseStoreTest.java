package dev.pawl.testkit;

import dev.pawl.idgen.spi.WorkerLeaseStore;
import dev.pawl.idgen.store.FileWorkerLeaseStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class FileWorkerLeaseStoreTest extends WorkerLeaseStoreTck {

    @TempDir
    private Path directory;

    @Override
    protected WorkerLeaseStore open() {
        return FileWorkerLeaseStore.in(directory);
    }
}
