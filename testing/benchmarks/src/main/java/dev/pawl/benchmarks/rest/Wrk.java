package dev.pawl.benchmarks.rest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One run of wrk, and what it printed. */
final class Wrk {

    private static final Pattern TOTALS =
            Pattern.compile("(\\d+) requests in ([\\d.]+)(ms|s|m), ([\\d.]+)(B|KB|MB|GB|TB) read");
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([\\d.]+)");
    private static final Pattern P99 = Pattern.compile("99%\\s+([\\d.]+)(us|ms|s)");
    private static final List<String> BYTES = List.of("B", "KB", "MB", "GB", "TB");
    private static final int SPARE_SECONDS = 20;

    private Wrk() {}

    /**
     * What a run saw.
     *
     * @param requests how many answers
     * @param perSecond answers a second
     * @param bytesPerAnswer header and body, to wrk's three digits
     * @param p99Micros the 99th percentile of the time an answer took
     * @param output everything it printed
     */
    record Result(long requests, double perSecond, double bytesPerAnswer, double p99Micros, String output) {}

    /**
     * Runs wrk and waits for its end.
     *
     * @param seconds how long it loads
     * @param connections over how many connections
     * @param arguments the rest: headers, a script, the URL
     * @return the result
     * @throws IllegalStateException if an answer was an error, or none
     */
    static Result run(int seconds, int connections, List<String> arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("wrk", "--latency", "-t2", "-c" + connections, "-d" + seconds + "s"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.onExit()
                .orTimeout(seconds + SPARE_SECONDS, TimeUnit.SECONDS)
                .exceptionally(late -> process.destroyForcibly());
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("wrk must end with 0: " + output);
        }
        return parse(output);
    }

    static Result parse(String output) {
        if (output.contains("Non-2xx") || output.contains("Socket errors")) {
            throw new IllegalStateException("every answer must be a success: " + output);
        }
        Matcher totals = found(TOTALS, output);
        long requests = Long.parseLong(totals.group(1));
        double bytes = Double.parseDouble(totals.group(4)) * Math.pow(1024, BYTES.indexOf(totals.group(5)));
        Matcher p99 = found(P99, output);
        double scale = p99.group(2).equals("us") ? 1 : p99.group(2).equals("ms") ? 1e3 : 1e6;
        double perSecond = Double.parseDouble(found(RATE, output).group(1));
        return new Result(requests, perSecond, bytes / requests, Double.parseDouble(p99.group(1)) * scale, output);
    }

    private static Matcher found(Pattern pattern, String output) {
        Matcher matcher = pattern.matcher(output);
        if (!matcher.find()) {
            throw new IllegalStateException("wrk must print " + pattern + ": " + output);
        }
        return matcher;
    }
}
