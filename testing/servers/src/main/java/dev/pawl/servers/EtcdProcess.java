package dev.pawl.servers;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One member of an etcd of this machine's binaries, on ports of loopback, with a folder of its own, which ends with this JVM. It is
 * stopped by SIGKILL: a member that is told to end hands its leadership over first. For use by one thread.
 */
public final class EtcdProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration SILENCE = Duration.ofSeconds(5);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(SILENCE)
            .build();
    private static final Pattern MEMBER = Pattern.compile("\"member_id\":\"(\\d+)\"");
    private static final Pattern LEADER = Pattern.compile("\"leader\":\"(\\d+)\"");

    private final Path folder;
    private final String name;
    private final List<String> arguments;
    private final int clientPort = Ports.free();
    private final int peerPort = Ports.free();
    private final Thread hook = new Thread(this::endQuietly, "end of etcd");
    private List<String> command = List.of();
    private @Nullable Process process;

    EtcdProcess(String name, List<String> arguments) throws IOException {
        this.name = name;
        this.arguments = arguments;
        this.folder = Files.createTempDirectory("pawl-etcd-");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts the process; it answers when enough of the others have come. */
    void launch(String cluster) throws IOException {
        String program = Commands.find("etcd")
                .orElseThrow(() -> Missing.tool("etcd is missing: install etcd-server (Debian's package name)"))
                .toString();
        List<String> words = new ArrayList<>(List.of(
                program,
                "--name=" + name,
                "--data-dir=" + folder.resolve("data"),
                "--listen-client-urls=http://" + endpoint(),
                "--advertise-client-urls=http://" + endpoint(),
                "--listen-peer-urls=" + peerUrl(),
                "--initial-advertise-peer-urls=" + peerUrl(),
                "--initial-cluster=" + cluster,
                "--heartbeat-interval=50",
                "--election-timeout=500",
                "--logger=zap",
                "--log-level=error"));
        words.addAll(arguments);
        command = words;
        run();
    }

    private void run() throws IOException {
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    private Path log() {
        return folder.resolve("log");
    }

    /**
     * Returns where clients connect to.
     *
     * @return host and port
     */
    public String endpoint() {
        return "127.0.0.1:" + clientPort;
    }

    String peerUrl() {
        return "http://127.0.0.1:" + peerPort;
    }

    /**
     * Returns the process id of the member.
     *
     * @return the id
     */
    public long pid() {
        return started().pid();
    }

    /**
     * Asks the member in JSON, as etcd's own gateway does.
     *
     * @param path of the operation, for example {@code /v3/kv/range}
     * @param json the request
     * @return the reply
     * @throws IOException if the member is not reached, is silent for 5 s, or replies with an error, which is the message
     */
    public String ask(String path, String json) throws IOException {
        return send(HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString(json)), path);
    }

    private String send(HttpRequest.Builder builder, String path) throws IOException {
        HttpRequest request = builder.uri(URI.create("http://" + endpoint() + path))
                .timeout(SILENCE)
                .build();
        try {
            HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IOException(response.statusCode() + " " + response.body());
            }
            return response.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    String memberId() throws IOException {
        return first(MEMBER, status());
    }

    boolean isLeader() throws IOException {
        String status = status();
        return first(MEMBER, status).equals(first(LEADER, status));
    }

    private String status() throws IOException {
        return ask("/v3/maintenance/status", "{}");
    }

    private static String first(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? found.group(1) : "";
    }

    boolean answers() throws IOException {
        if (!started().isAlive()) {
            throw new IOException("etcd ended at its start: " + Files.readString(log()));
        }
        try {
            return send(HttpRequest.newBuilder().GET(), "/health").contains("true");
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Starts the member after {@link #kill()}, with what it has on disk, and waits until it answers.
     *
     * @throws IOException if it does not start
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void start() throws IOException, InterruptedException {
        run();
        Commands.waitUntil(PATIENCE, this::answers);
    }

    /**
     * Kills the member at once, as a crash does, and waits for its end.
     *
     * @throws IOException if the signal cannot be sent
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void kill() throws IOException, InterruptedException {
        Process ending = started();
        Commands.signal("KILL", List.of(ending.pid()));
        Commands.waitUntil(PATIENCE, () -> !ending.isAlive());
    }

    /**
     * Stops the member where it is, until {@link #resume()}.
     *
     * @throws IOException if the signal cannot be sent
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void pause() throws IOException, InterruptedException {
        Commands.signal("STOP", List.of(pid()));
    }

    /**
     * Lets a paused member go on.
     *
     * @throws IOException if the signal cannot be sent
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void resume() throws IOException, InterruptedException {
        Commands.signal("CONT", List.of(pid()));
    }

    void ensureRunning() throws IOException, InterruptedException {
        if (started().isAlive()) {
            resume();
        } else {
            run();
        }
    }

    /** Kills the member and removes its folder. */
    @Override
    public void close() {
        endQuietly();
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    Process started() {
        Process started = process;
        if (started == null) {
            throw new IllegalStateException("the member was never started");
        }
        return started;
    }

    private void endQuietly() {
        try {
            Process ending = process;
            if (ending != null) {
                ending.destroyForcibly().waitFor();
            }
            Commands.deleteFolder(folder);
        } catch (IOException e) {
            System.err.println("etcd in " + folder + " was left behind: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
