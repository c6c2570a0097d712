package dev.pawl.samples.orders;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Redis and the workers, all of which end with this process. */
final class Processes {

    private final Path directory;
    private final int redisPort;
    private final List<Process> started = new ArrayList<>();

    private Processes(Path directory, int redisPort) {
        this.directory = directory;
        this.redisPort = redisPort;
    }

    /** A worker, what it says, and what it is told. */
    record Running(Process process, BufferedReader says) {

        /** Shows what it says, up to a line with one of these words. */
        String expect(String words) throws IOException {
            while (true) {
                String line = says.readLine();
                if (line == null) {
                    throw new IllegalStateException("worker must say: " + words);
                }
                System.out.println(line);
                if (line.matches(".*(" + words + ").*")) {
                    return line;
                }
            }
        }

        /** The bank answers what it was asked last. */
        void answer() throws IOException {
            Writer in = process.outputWriter(StandardCharsets.UTF_8);
            in.write("no payment on its way\n");
            in.flush();
        }

        void signal(String name) throws IOException, InterruptedException {
            int exit = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("signal must be sent: signal=" + name + ", exit=" + exit);
            }
        }

        /** Tells it to stop gracefully. */
        void close() throws IOException, InterruptedException {
            process.outputWriter(StandardCharsets.UTF_8).close();
            says.lines().forEach(System.out::println);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("worker must end with 0: exit=" + process.exitValue());
            }
        }
    }

    /** Starts a Redis. */
    static Processes in(Path directory) throws IOException, InterruptedException {
        Processes processes = new Processes(directory, freePort());
        Runtime.getRuntime().addShutdownHook(new Thread(processes::end));
        processes.startRedis();
        return processes;
    }

    int redisPort() {
        return redisPort;
    }

    Running worker(String name) throws IOException {
        Process worker = start(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                Worker.class.getName(),
                directory.toString(),
                name,
                String.valueOf(redisPort));
        return new Running(
                worker, new BufferedReader(new InputStreamReader(worker.getInputStream(), StandardCharsets.UTF_8)));
    }

    private void startRedis() throws IOException, InterruptedException {
        Process redis = start(
                "redis-server",
                "--port",
                String.valueOf(redisPort),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                directory.toString());
        while (!answers()) {
            if (redis.waitFor(20, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("redis-server must start: exit=" + redis.exitValue());
            }
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redisPort)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private Process start(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        started.add(process);
        return process;
    }

    private void end() {
        started.forEach(Process::destroyForcibly);
        started.forEach(process -> process.onExit().join());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
