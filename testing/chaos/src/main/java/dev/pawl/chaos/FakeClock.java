package dev.pawl.chaos;

import dev.pawl.servers.Missing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The wall clock of a child process, moved by libfaketime. Its monotonic clock is moved by the same constant, which no
 * duration shows: with libfaketime's setting that leaves that clock alone, version 0.9.10 reads a variable that was never
 * set in every timed wait, and the process spins.
 */
public final class FakeClock {

    private static final String LIBRARY = "libfaketime.so.1";
    private static final List<String> PARENTS = List.of("/usr/lib", "/usr/local/lib", "/usr/lib64");

    private FakeClock() {}

    /**
     * Tells the variables with which a process sees another time.
     *
     * @param shift how far its clock is ahead of this machine's, negative if behind; zero asks for nothing
     * @return variables of the environment
     * @throws org.opentest4j.TestAbortedException if libfaketime is missing; an AssertionError under {@code CI=true}
     */
    public static Map<String, String> shiftedBy(Duration shift) {
        if (shift.isZero()) {
            return Map.of();
        }
        return Map.of(
                "LD_PRELOAD", library().toString(),
                "FAKETIME", shift(shift));
    }

    /**
     * Tells the variables with which a process sees a time that can be moved while it runs, within a second or two. Its
     * monotonic clock jumps too, so that only forward makes sense.
     *
     * @param file where the shift is, set by {@link #move}
     * @return variables of the environment
     * @throws org.opentest4j.TestAbortedException if libfaketime is missing; an AssertionError under {@code CI=true}
     */
    public static Map<String, String> movable(Path file) {
        move(file, Duration.ZERO);
        return Map.of(
                "LD_PRELOAD", library().toString(),
                "FAKETIME_TIMESTAMP_FILE", file.toString(),
                "FAKETIME_CACHE_DURATION", "1");
    }

    /**
     * Moves the clocks of processes that look at a file.
     *
     * @param file the file that they were started with
     * @param shift how far ahead of this machine's clock theirs is from now on
     */
    public static void move(Path file, Duration shift) {
        try {
            Files.writeString(file, shift(shift));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String shift(Duration shift) {
        return String.format(Locale.ROOT, "%+.3f", shift.toMillis() / 1000.0);
    }

    private static Path library() {
        for (String parent : PARENTS) {
            Path folder = Path.of(parent);
            if (!Files.isDirectory(folder)) {
                continue;
            }
            // Debian has it in a folder per architecture, others right below.
            try (Stream<Path> below = Files.list(folder)) {
                List<Path> found = Stream.concat(Stream.of(folder), below)
                        .map(candidate -> candidate.resolve("faketime").resolve(LIBRARY))
                        .filter(Files::isRegularFile)
                        .toList();
                if (!found.isEmpty()) {
                    return found.get(0);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw Missing.tool(LIBRARY + " is missing, which moves clocks: install it (Debian: apt-get install faketime)");
    }
}
