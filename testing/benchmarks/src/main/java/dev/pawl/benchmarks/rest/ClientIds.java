package dev.pawl.benchmarks.rest;

import dev.pawl.common.Ticker;
import dev.pawl.idgen.client.IdServiceClient;
import dev.pawl.idgen.segment.SegmentCursor;
import dev.pawl.idgen.segment.SegmentGenerator;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program that takes ids through the service's client in one thread, as fast as it gets them. */
public final class ClientIds {

    /** How many ids are taken between two looks at the clock. */
    private static final int STRETCH = 1 << 20;

    private static final int BLOCK = 1 << 16;
    private static final Pattern LINE = Pattern.compile("(\\d+) ids, (\\d+) ns, (\\d+) requests\\s*");

    private final LongSupplier source;
    private final Ticker ticker = Ticker.system();
    private long last;

    private ClientIds(LongSupplier source) {
        this.source = source;
    }

    /**
     * What one run came to.
     *
     * @param ids how many ids were taken
     * @param nanos in what time
     * @param requests by how many HTTP requests
     */
    record Taken(long ids, long nanos, long requests) {

        double perSecond() {
            return ids * 1e9 / nanos;
        }

        /** A run that sent no request used up what the warm-up had left; it shows nothing of the service. */
        static Taken parse(String line) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches() || Long.parseLong(matcher.group(3)) == 0) {
                throw new IllegalStateException("ids must have come by requests: line=" + line);
            }
            return new Taken(
                    Long.parseLong(matcher.group(1)),
                    Long.parseLong(matcher.group(2)),
                    Long.parseLong(matcher.group(3)));
        }
    }

    /** Runs this program in a JVM of its own. */
    static Taken fork(String service, String source, int seconds) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Xms512m",
                        "-Xmx512m",
                        ClientIds.class.getName(),
                        service,
                        source,
                        String.valueOf(seconds))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("the program must end with 0: source=" + source);
        }
        return Taken.parse(line);
    }

    /**
     * Takes ids for as long to warm up, and then to measure.
     *
     * @param args the service's address, {@code generator} or {@code cursor}, and seconds
     */
    public static void main(String[] args) {
        try (IdServiceClient client =
                        IdServiceClient.builder(URI.create(args[0])).build();
                SegmentGenerator ids = client.generator("orders").build()) {
            ClientIds taker = new ClientIds(source(ids, args[1]));
            long nanos = TimeUnit.SECONDS.toNanos(Long.parseLong(args[2]));
            taker.take(nanos);
            long requests = client.stats().requests();
            long start = taker.ticker.nanos();
            long taken = taker.take(nanos);
            System.out.println(taken + " ids, " + (taker.ticker.nanos() - start) + " ns, "
                    + (client.stats().requests() - requests) + " requests");
        }
    }

    private static LongSupplier source(SegmentGenerator ids, String name) {
        SegmentCursor cursor = ids.cursor(BLOCK);
        return switch (name) {
            case "generator" -> ids::nextId;
            case "cursor" -> cursor::nextId;
            default -> throw new IllegalArgumentException("source must be generator or cursor: source=" + name);
        };
    }

    private long take(long nanos) {
        long start = ticker.nanos();
        long taken = 0;
        while (ticker.nanos() - start < nanos) {
            stretch();
            taken += STRETCH;
        }
        return taken;
    }

    /** Looks at each id, so that none is left out by the compiler and none comes twice. */
    private void stretch() {
        long before = last;
        for (int i = 0; i < STRETCH; i++) {
            long id = source.getAsLong();
            if (id <= before) {
                throw new IllegalStateException("ids must increase: id=" + id + ", before=" + before);
            }
            before = id;
        }
        last = before;
    }
}
