package dev.pawl.chaos;

import java.io.IOException;
import java.nio.file.Path;

/** Our locks with one line that is wrong: the rounds must find what that costs. */
final class BrokenLocks {

    private BrokenLocks() {}

    /** A lock that holds until it is told otherwise. */
    static LockSetup withoutAClock(LockSetup setup) throws IOException {
        return planted(
                setup,
                "lock/lock-core:dev/pawl/lock/Hold.java",
                "return left > 0 ? left : noticeEnd();",
                "return Math.max(left, 1_000_000_000L);");
    }

    /** A lock that takes its session of ZooKeeper to live until it is told otherwise. */
    static LockSetup withoutProof(LockSetup setup) throws IOException {
        return planted(
                setup,
                "lock/lock-zookeeper:dev/pawl/lock/zookeeper/StoreSession.java",
                "if (proof != null && proof.until() >= until) {",
                "if (proof != null && !over) {");
    }

    private static LockSetup planted(LockSetup setup, String source, String line, String wrong) throws IOException {
        Path classes = ChaosSettings.folder(setup.folder().getFileName() + "-classes");
        return setup.with(PlantedClass.in(classes, source, line, wrong));
    }
}
