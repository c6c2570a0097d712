package dev.pawl.chaos;

import dev.pawl.common.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/** What a run is told: {@code -Dpawl.chaos=long} for the long rounds, {@code -Dpawl.seed} to draw the same plans again. */
final class ChaosSettings {

    private static final long SEED = Long.getLong("pawl.seed", new Random().nextLong());

    private ChaosSettings() {}

    static boolean longRounds() {
        return "long".equals(System.getProperty("pawl.chaos"));
    }

    /** Says the seed, without which a failure could not be drawn again. */
    static Random random(String name) {
        System.out.println("chaos " + name + ": -Dpawl.seed=" + SEED);
        return new Random(SEED);
    }

    /** Says what a scenario did and how long it took since a reading of the ticker. */
    static void report(String name, long startNanos, String summary) {
        long millis = (Ticker.system().nanos() - startNanos) / 1_000_000;
        System.out.printf(Locale.ROOT, "chaos %s: %.1f s, %s%n", name, millis / 1000.0, summary);
    }

    /** An empty folder that is left behind for a look. */
    static Path folder(String name) throws IOException {
        Path folder = Path.of("target", "chaos", name).toAbsolutePath();
        if (Files.exists(folder)) {
            List<Path> paths;
            try (Stream<Path> walk = Files.walk(folder)) {
                paths = walk.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path path : paths) {
                Files.delete(path);
            }
        }
        return Files.createDirectories(folder);
    }
}
