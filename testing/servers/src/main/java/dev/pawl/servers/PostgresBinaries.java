package dev.pawl.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Finds the newest PostgreSQL of this machine. */
final class PostgresBinaries {

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    private PostgresBinaries() {}

    static Path find() throws IOException {
        return Stream.concat(debian().stream(), Commands.path())
                .filter(folder ->
                        Files.isExecutable(folder.resolve("initdb")) && Files.isExecutable(folder.resolve("postgres")))
                .findFirst()
                .orElseThrow(() -> Missing.tool("PostgreSQL is missing: install its server (Debian: apt-get install"
                        + " postgresql), or name one in PAWL_POSTGRES_URL"));
    }

    private static List<Path> debian() throws IOException {
        if (!Files.isDirectory(DEBIAN)) {
            return List.of();
        }
        try (Stream<Path> versions = Files.list(DEBIAN)) {
            return versions.sorted(
                            Comparator.comparingInt(PostgresBinaries::version).reversed())
                    .map(version -> version.resolve("bin"))
                    .toList();
        }
    }

    private static int version(Path folder) {
        String digits = folder.getFileName().toString().replaceAll("\\D.*", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }
}
