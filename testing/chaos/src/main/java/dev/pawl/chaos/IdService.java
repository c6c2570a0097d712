package dev.pawl.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An installation of the id service: the executable jar of this reactor and a folder that outlives its processes. Each
 * {@link #start} is one life. Confined to one thread.
 */
public final class IdService {

    private static final Path JAR = Path.of("idgen", "idgen-server", "target", "pawl-idgen-server.jar");
    private static final String MAIN = "dev.pawl.idgen.server.Main";

    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();
    private final List<Path> inFrontOfTheJar = new ArrayList<>();
    private int lives;

    private IdService(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes an installation without data.
     *
     * @param folder where data, configuration and logs are; must be empty or missing
     * @return the installation
     */
    public static IdService in(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new IdService(folder.toAbsolutePath());
    }

    /**
     * Sets a variable of the environment for the lives to come.
     *
     * @param name the name
     * @param value the value
     * @return this
     */
    public IdService with(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /**
     * Writes the configuration for the lives to come.
     *
     * @param yaml the file's text, as the service reads it
     * @return this
     */
    public IdService withConfig(String yaml) {
        try {
            Files.writeString(folder.resolve("pawl.yaml"), yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /**
     * Puts classes in front of the service's own.
     *
     * @param classes a folder of classes, or a jar
     * @return this
     */
    public IdService withClasses(Path classes) {
        inFrontOfTheJar.add(classes);
        return this;
    }

    /**
     * Tells where data, configuration and logs are.
     *
     * @return the folder
     */
    public Path folder() {
        return folder;
    }

    /**
     * Starts a process and waits until it is ready.
     *
     * @param clockShift how far its wall clock is ahead of this machine's, negative if behind
     * @return the process
     * @throws AssertionError if it ends or does not get ready
     */
    public ServiceProcess start(Duration clockShift) {
        return ServiceProcess.whenReady(process(FakeClock.shiftedBy(clockShift)));
    }

    /**
     * Starts a process whose clock can be moved, and waits until it is ready.
     *
     * @param file what {@link FakeClock#move} is told
     * @return the process
     * @throws AssertionError if it ends or does not get ready
     */
    public ServiceProcess startWithMovableClock(Path file) {
        return ServiceProcess.whenReady(process(FakeClock.movable(file)));
    }

    /**
     * Starts a process that is to refuse and end by itself, and waits for its end.
     *
     * @param clockShift how far its wall clock is ahead of this machine's, negative if behind
     * @return the process, which has ended
     * @throws AssertionError if it does not end
     */
    public ChildProcess startInVain(Duration clockShift) {
        ChildProcess process = process(FakeClock.shiftedBy(clockShift));
        process.exitCode(Await.PATIENCE);
        return process;
    }

    private ChildProcess process(Map<String, String> clock) {
        lives++;
        Map<String, String> variables = new HashMap<>(environment);
        variables.putAll(clock);
        // A free one, which the service says in its log, unless all lives are to have the same.
        variables.putIfAbsent("PORT", "0");
        return ChildProcess.start(command(), variables, folder, folder.resolve("life-" + lives + ".log"));
    }

    private List<String> command() {
        List<String> classPath = new ArrayList<>();
        inFrontOfTheJar.forEach(
                classes -> classPath.add(classes.toAbsolutePath().toString()));
        classPath.add(jar().toString());
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                String.join(":", classPath),
                MAIN);
    }

    /** The tests may run in the module's folder or in the reactor's. */
    private static Path jar() {
        Path start = Path.of("").toAbsolutePath();
        for (Path at = start; at != null; at = at.getParent()) {
            if (Files.isRegularFile(at.resolve(JAR))) {
                return at.resolve(JAR);
            }
        }
        throw new AssertionError(JAR + " must be built: mvn -pl idgen/idgen-server -am package");
    }
}
