package dev.pawl.benchmarks.delay;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A peer with all its clients in a JVM of its own, so that its compiler sees nothing of the others. Orders and answers are lines. */
final class PeerProcess implements AutoCloseable {

    private static final String FILL = "FILL";

    private final Peers peer;
    private final Process process;
    private final PrintStream to;
    private final BufferedReader from;

    private PeerProcess(Peers peer, Process process) {
        this.peer = peer;
        this.process = process;
        this.to = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.from = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static PeerProcess start(Peers peer, int port) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        PeerProcess.class.getName(),
                        peer.name(),
                        String.valueOf(port))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new PeerProcess(peer, process);
    }

    Done run(Scene scene, long millis) throws IOException {
        return Done.read(answer(scene.name() + " " + millis));
    }

    void fill(int jobs) throws IOException {
        answer(FILL + " " + jobs);
    }

    private String answer(String order) throws IOException {
        to.println(order);
        String line = from.readLine();
        if (line == null) {
            throw new IOException("peer must run through: peer=" + peer + ", order=" + order);
        }
        return line;
    }

    @Override
    public void close() throws InterruptedException {
        to.close();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    /**
     * Serves until its input ends.
     *
     * @param args the peer, and the port of Redis
     */
    public static void main(String[] args) {
        try {
            serve(args);
            // Some peers leave threads behind.
            System.exit(0);
        } catch (Exception e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    private static void serve(String[] args) throws Exception {
        PrintStream answers = System.out;
        System.setOut(System.err); // peers print
        try (Peer peer = Peers.valueOf(args[0]).open(Integer.parseInt(args[1]))) {
            Work work = new Work(peer);
            BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                String[] words = order.split(" ");
                if (words[0].equals(FILL)) {
                    work.fill(Integer.parseInt(words[1]));
                    answers.println(FILL);
                } else {
                    answers.println(done(work, Scene.valueOf(words[0]), Long.parseLong(words[1]))
                            .line());
                }
            }
        }
    }

    private static Done done(Work work, Scene scene, long millis) throws Exception {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long before = system.getProcessCpuTime();
        Done done = scene.run(work, millis);
        return done.with((system.getProcessCpuTime() - before) / 1e3);
    }
}
