package dev.pawl.samples.idclient;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The id service as a process of its own, so that it can be killed. */
final class Service implements AutoCloseable {

    private static final int SIGKILL = 128 + 9;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path jar;
    private final Path data;
    private final int port;
    private volatile @Nullable Process process;

    Service(Path jar, Path data) throws IOException {
        this.jar = jar;
        this.data = data;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = free.getLocalPort();
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Starts it on the same port and the same data each time, and waits until it is ready. */
    void start() throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder command = new ProcessBuilder(
                        java, "-Djava.io.tmpdir=" + data, "-XX:-UsePerfData", "-jar", jar.toString())
                .directory(data.toFile())
                .redirectOutput(data.resolve("service.log").toFile())
                .redirectErrorStream(true);
        command.environment().keySet().removeIf(name -> name.startsWith("PAWL_"));
        command.environment().put("PORT", String.valueOf(port));
        Process started = command.start();
        process = started;
        long start = System.nanoTime();
        while (!isReady()) {
            TakeIds.require(started.isAlive(), "the service must run, see its log");
            TakeIds.require(System.nanoTime() - start < 20e9, "the service must be ready within 20 s");
            TimeUnit.MILLISECONDS.sleep(20);
        }
        System.out.printf("The service is ready, process %d%n", started.pid());
    }

    private boolean isReady() throws InterruptedException {
        try {
            return get("/readyz").statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** One id by one request, as a program in another language takes it. */
    long nextId(String generator) throws IOException, InterruptedException {
        return Long.parseLong(get("/v1/generators/" + generator + "/ids/next").body());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri().resolve(path))
                .header("Accept", "text/plain")
                .timeout(Duration.ofSeconds(5))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    /** Kills it as {@code kill -9} does: it writes nothing more, and says nothing to its clients. */
    void kill() throws InterruptedException {
        Process killed = Objects.requireNonNull(process, "the service must have been started");
        killed.destroyForcibly();
        TakeIds.require(killed.waitFor(10, SECONDS), "the service must end");
        TakeIds.require(killed.exitValue() == SIGKILL, "the service must have been killed");
        TakeIds.require(!isReady(), "nobody must answer in its place");
        System.out.printf("The service was killed by signal 9%n");
    }

    /** Stops it and waits, so that nothing of it is left. */
    @Override
    public void close() {
        Process running = process;
        if (running == null) {
            return;
        }
        running.destroy();
        try {
            if (running.waitFor(10, SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running.destroyForcibly();
    }
}
