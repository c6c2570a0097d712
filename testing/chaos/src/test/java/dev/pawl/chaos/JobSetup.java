package dev.pawl.chaos;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is common to a round with jobs.
 *
 * @param kind which queue
 * @param producers how many processes enqueue
 * @param workers how many processes work
 * @param visibility the visibility timeout
 * @param pace jobs a second of all producers, before the first fault and from then on
 * @param folder for histories and logs; its name is the namespace
 * @param planted classes and scripts that the processes have instead of the product's
 */
record JobSetup(
        WorkerQueue.Kind kind,
        int producers,
        int workers,
        Duration visibility,
        Pace pace,
        Path folder,
        Optional<Path> planted) {

    static final Duration MAX_POLL = Duration.ofSeconds(1);
    static final Duration VISIBILITY = Duration.ofSeconds(2);

    /** Of a worker whose queue does not bring its own. */
    static final int THREADS = 4;

    private static final Path SCRIPTS = Path.of("dev", "pawl", "delay", "redis");

    /**
     * Jobs a second.
     *
     * @param calm before the first fault
     * @param calmFor how long that lasts
     * @param faulty from then on
     */
    record Pace(int calm, Duration calmFor, int faulty) {}

    static JobSetup of(WorkerQueue.Kind kind, Pace pace, Path folder) {
        return new JobSetup(kind, 2, 3, VISIBILITY, pace, folder, Optional.empty());
    }

    /** With as few processes as show anything. */
    JobSetup small() {
        return new JobSetup(kind, 1, 2, visibility, pace, folder, planted);
    }

    JobSetup with(Path classes) {
        return new JobSetup(kind, producers, workers, visibility, pace, folder, Optional.of(classes));
    }

    JobSetup with(Duration timeout) {
        return new JobSetup(kind, producers, workers, timeout, pace, folder, planted);
    }

    String namespace() {
        return folder.getFileName().toString();
    }

    String classPath() {
        String own = System.getProperty("java.class.path");
        return planted.map(classes -> classes + File.pathSeparator + own).orElse(own);
    }

    /** The digest of the script of an operation, as the processes have it: it is in each request. */
    String digest(String operation) {
        List<String> files = new ArrayList<>(List.of("partition.lua", "change.lua", operation + ".lua"));
        if (operation.equals("enqueue")) {
            files.add(0, "enqueue-one.lua");
        }
        String text = String.join("\n", files.stream().map(this::script).toList());
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return HexFormat.of().formatHex(sha1.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-1", e);
        }
    }

    private String script(String file) {
        Path changed = planted.orElse(folder).resolve(SCRIPTS).resolve(file);
        String resource = "/" + SCRIPTS.resolve(file).toString().replace(File.separatorChar, '/');
        try (InputStream text = JobSetup.class.getResourceAsStream(resource)) {
            return Files.exists(changed)
                    ? Files.readString(changed)
                    : new String(Objects.requireNonNull(text, resource).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
