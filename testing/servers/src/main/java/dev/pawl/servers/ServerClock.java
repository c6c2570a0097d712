package dev.pawl.servers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The wall clock of a server, moved from one instruction to the next; its monotonic clock stays. For use by one thread. */
public final class ServerClock {

    private static final List<String> COMPILERS = List.of("cc", "tcc");
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
     * @param folder where it is put, empty
     * @return a clock that shows this machine's time
     * @throws IOException if the folder cannot be written
     * @throws InterruptedException if the thread was interrupted meanwhile
     * @throws org.opentest4j.TestAbortedException if there is no compiler for C; an AssertionError under {@code CI=true}
     */
    public static ServerClock in(Path folder) throws IOException, InterruptedException {
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

    /**
     * Tells how a server gets this clock.
     *
     * @return variables of its environment
     */
    public Map<String, String> environment() {
        return Map.of("LD_PRELOAD", library.toString(), "PAWL_CLOCK", shift.toString());
    }

    /**
     * Moves the clock.
     *
     * @param ahead how far it is ahead of this machine's from now on; negative if behind
     * @throws IOException if the folder cannot be written
     */
    public void move(Duration ahead) throws IOException {
        ByteBuffer nanos = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        nanos.putLong(ahead.toNanos());
        // In place: the server has mapped this very file.
        try (var file = Files.newByteChannel(shift, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(nanos.flip());
        }
    }
}
