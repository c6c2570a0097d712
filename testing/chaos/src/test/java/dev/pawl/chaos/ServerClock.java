package dev.pawl.chaos;

import dev.pawl.servers.Commands;
import dev.pawl.servers.Missing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The wall clock of a server, moved from one instruction to the next; its monotonic clock stays. For use by one thread. */
final class ServerClock {

    private static final List<String> COMPILERS = List.of("cc", "gcc", "clang", "tcc");
    private static final String SOURCE = "wall-clock.c";

    private final Path library;
    private final Path shift;

    private ServerClock(Path library, Path shift) {
        this.library = library;
        this.shift = shift;
    }

    /**
     * Compiles what is preloaded.
     *
     * @throws org.opentest4j.TestAbortedException if there is no compiler for C; an AssertionError under {@code CI=true}
     */
    static ServerClock in(Path folder) throws IOException, InterruptedException {
        String compiler = COMPILERS.stream()
                .filter(Commands::isInstalled)
                .findFirst()
                .orElseThrow(() -> Missing.tool("A compiler for C is missing, without which no server's clock is moved:"
                        + " install one (Debian: apt-get install tcc)"));
        Path source = folder.resolve(SOURCE);
        try (InputStream text = ServerClock.class.getResourceAsStream(SOURCE)) {
            Files.copy(Objects.requireNonNull(text, SOURCE), source);
        }
        ServerClock clock = new ServerClock(folder.resolve("wall-clock.so"), folder.resolve("shift"));
        Commands.run(List.of(
                compiler, "-shared", "-fPIC", "-nostdlib", "-w", "-o", clock.library.toString(), source.toString()));
        clock.move(Duration.ZERO);
        return clock;
    }

    /** Variables of the environment with which a server has this clock. */
    Map<String, String> environment() {
        return Map.of("LD_PRELOAD", library.toString(), "PAWL_CLOCK", shift.toString());
    }

    /** Sets how far the clock is ahead of this machine's from now on; negative if behind. */
    void move(Duration ahead) throws IOException {
        ByteBuffer nanos = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        nanos.putLong(ahead.toNanos());
        // In place: the server has mapped this very file.
        try (var file = Files.newByteChannel(
                shift, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.WRITE)) {
            file.write(nanos.flip());
        }
    }
}
