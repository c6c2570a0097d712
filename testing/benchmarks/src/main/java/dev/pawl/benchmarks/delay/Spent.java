package dev.pawl.benchmarks.delay;

import dev.pawl.servers.RedisProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The processor time that a Redis has spent so far, and the time in scripts by its own count. */
record Spent(double processorMicros, double scriptMicros) {

    private static final Pattern PROCESSOR = Pattern.compile("(?m)^used_cpu_(?:user|sys):([0-9.]+)");
    private static final Pattern SCRIPT = Pattern.compile("(?m)^cmdstat_(?:eval|evalsha):calls=\\d+,usec=(\\d+)");

    static Spent by(RedisProcess redis) throws IOException {
        Object info = redis.ask("INFO", "everything");
        String text = info instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(info);
        return new Spent(sum(PROCESSOR, text) * 1e6, sum(SCRIPT, text));
    }

    private static double sum(Pattern field, String text) {
        double sum = 0;
        for (Matcher found = field.matcher(text); found.find(); ) {
            sum += Double.parseDouble(found.group(1));
        }
        return sum;
    }

    Spent minus(Spent before) {
        return new Spent(processorMicros - before.processorMicros, scriptMicros - before.scriptMicros);
    }
}
