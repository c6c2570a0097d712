package dev.pawl.samples.transfer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Two tellers, each a process of its own, move money from one account to another under one lock on Redis. The first has read
 * the balances when it is stopped by a signal, for longer than its lease; the second does its work meanwhile; then the first goes on.
 * Played twice: without a fence the second's transfer is lost, with it the first is refused and begins anew.
 */
public final class FencedTransfer {

    private final Path directory;
    private final int redisPort;
    private final List<Process> started = new ArrayList<>();

    private FencedTransfer(Path directory, int redisPort) {
        this.directory = directory;
        this.redisPort = redisPort;
    }

    /**
     * Runs it.
     *
     * @param args an empty directory
     * @throws Exception if it is not as it should be
     */
    public static void main(String[] args) throws Exception {
        FencedTransfer sample = new FencedTransfer(Path.of(args[0]), freePort());
        Runtime.getRuntime().addShutdownHook(new Thread(sample::end));
        sample.startRedis();
        boolean lost = sample.play(false) != 40;
        boolean kept = sample.play(true) == 40;
        System.out.println(
                lost && kept ? "\nLost without the fence, kept with it." : "\nThis should not have happened.");
        System.exit(lost && kept ? 0 : 1);
    }

    /** Plays the scene and returns what is in the second account at its end. */
    private int play(boolean fenced) throws Exception {
        System.out.println("\n" + (fenced ? "With" : "Without") + " a fence: 100 in account 1, 0 in account 2");
        Path bank = Files.createDirectory(directory.resolve(fenced ? "fenced" : "unfenced"));
        Accounts accounts = Accounts.create(bank, fenced);
        Process first = teller(bank, fenced, "teller 1", 10);
        BufferedReader firstSays = reader(first);
        expect(firstSays, "reads");
        signal(first, "STOP");
        System.out.println("(teller 1 is stopped, for longer than its lease of " + Teller.LEASE.toSeconds() + " s)");
        Process second = teller(bank, fenced, "teller 2", 30);
        BufferedReader secondSays = reader(second);
        expect(secondSays, "reads");
        go(second);
        expect(secondSays, "has moved");
        await(second);
        signal(first, "CONT");
        System.out.println("(teller 1 goes on)");
        go(first);
        if (expect(firstSays, "has moved|is refused").contains("refused")) {
            expect(firstSays, "reads");
            go(first);
        }
        firstSays.lines().forEach(System.out::println);
        await(first);
        Accounts.Balances end = accounts.read();
        System.out.println("10 and 30 were moved: " + end.first() + " in account 1, " + end.second() + " in account 2"
                + (end.second() == 40 ? "" : ", " + (40 - end.second()) + " lost"));
        return end.second();
    }

    private Process teller(Path bank, boolean fenced, String name, int amount) throws IOException {
        return start(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                Teller.class.getName(),
                bank.toString(),
                String.valueOf(fenced),
                name,
                String.valueOf(amount),
                String.valueOf(redisPort));
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

    private static String expect(BufferedReader says, String what) throws IOException {
        while (true) {
            String line = says.readLine();
            if (line == null) {
                throw new IllegalStateException("teller must say: " + what);
            }
            System.out.println(line);
            if (line.matches(".*(" + what + ").*")) {
                return line;
            }
        }
    }

    private static void go(Process teller) throws IOException {
        Writer in = teller.outputWriter(StandardCharsets.UTF_8);
        in.write("go\n");
        in.flush();
    }

    private static void await(Process teller) throws InterruptedException {
        if (teller.waitFor() != 0) {
            throw new IllegalStateException("teller must end with 0: exit=" + teller.exitValue());
        }
    }

    private static void signal(Process process, String name) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IllegalStateException("signal must be sent: signal=" + name + ", exit=" + exit);
        }
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
