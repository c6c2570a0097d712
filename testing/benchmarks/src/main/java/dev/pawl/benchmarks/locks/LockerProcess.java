package dev.pawl.benchmarks.locks;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * One kind of lock with all its clients in a JVM of its own, so that its compiler sees nothing of the others. It is told a scene and a time
 * by line, and answers by line what was done.
 */
final class LockerProcess implements AutoCloseable {

    /** What the threads did, and the processor time of the whole JVM meanwhile. */
    record Done(Round.Result result, double processorMicros) {

        String line() {
            return String.join(
                    " ",
                    List.of(
                            Double.toString(result.pairsPerSecond()),
                            Double.toString(result.p50Micros()),
                            Double.toString(result.p99Micros()),
                            Double.toString(result.greatestMicros()),
                            Double.toString(processorMicros)));
        }

        static Done of(String line) {
            double[] numbers = Arrays.stream(line.split(" "))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            return new Done(new Round.Result(numbers[0], numbers[1], numbers[2], numbers[3]), numbers[4]);
        }
    }

    private final Lockers lockers;
    private final Process process;
    private final PrintStream to;
    private final BufferedReader from;

    private LockerProcess(Lockers lockers, Process process) {
        this.lockers = lockers;
        this.process = process;
        this.to = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.from = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static LockerProcess start(Lockers lockers, String address) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockerProcess.class.getName(),
                        lockers.name(),
                        address)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new LockerProcess(lockers, process);
    }

    Done run(Scene scene, long millis) throws IOException {
        to.println(scene.name() + " " + millis);
        String line = from.readLine();
        if (line == null) {
            throw new IOException("lock must run through: lock=" + lockers + ", scene=" + scene);
        }
        return Done.of(line);
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
     * @param args the kind of lock, and the address of its servers
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
        Lockers lockers = Lockers.valueOf(args[0]);
        List<Locker> clients = new ArrayList<>();
        for (int i = 0; i < Scene.clientsOf(lockers); i++) {
            clients.add(lockers.open(args[1]));
        }
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            String[] words = order.split(" ");
            answers.println(done(clients, Scene.valueOf(words[0]), Long.parseLong(words[1]))
                    .line());
        }
        for (Locker client : clients) {
            client.close();
        }
    }

    private static Done done(List<Locker> clients, Scene scene, long millis)
            throws InterruptedException, ExecutionException {
        List<Locker> threads = new ArrayList<>();
        for (int i = 0; i < scene.threads(); i++) {
            threads.add(clients.get(scene.clients() ? i : 0));
        }
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long before = system.getProcessCpuTime();
        Round.Result result = Round.run(threads, scene::name, millis * 1_000_000);
        return new Done(result, (system.getProcessCpuTime() - before) / 1e3);
    }
}
