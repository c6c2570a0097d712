package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand held locks are renewed by one thread, in a heap of 64 MB. */
@RedisServer
final class ManyLocksChaos {

    private static final int MANY = 10_000;

    @Test
    void tenThousandLocksAreHeldByOneThreadInASmallHeap(RedisProcess redis, @TempDir Path folder) {
        Duration lease = ChaosSettings.longRounds() ? Duration.ofSeconds(30) : Duration.ofSeconds(9);
        Duration hold = ChaosSettings.longRounds() ? Duration.ofSeconds(60) : Duration.ofSeconds(12);
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                ManyLocks.class.getName(),
                String.valueOf(redis.port()),
                redis.newPrefix(),
                String.valueOf(MANY),
                String.valueOf(lease.toMillis()),
                String.valueOf(hold.toMillis()));
        try (ChildProcess process = ChildProcess.start(command, Map.of(), folder, folder.resolve("log"))) {
            int exitCode = process.exitCode(hold.plusSeconds(60));
            assertThat(exitCode).as(process.log()).isZero();
            assertThat(process.log()).contains("lost=false valid=" + MANY + " released=" + MANY + " timers=1 others=0");
        }
    }
}
