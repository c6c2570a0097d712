package dev.pawl.testkit;

import dev.pawl.idgen.spi.SegmentWitness;
import dev.pawl.idgen.store.FileSegmentWitness;
import java.nio.file.Path;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.io.TempDir;

final class FileSegmentWitnessTest extends SegmentWitnessTck {

    @TempDir
    private Path directory;

    @Override
    protected SegmentWitness open() {
        return FileSegmentWitness.in(directory, ForkJoinPool.commonPool());
    }
}
