package dev.pawl.samples.idclient;

import dev.pawl.idgen.client.ClientStats;
import dev.pawl.idgen.client.IdServiceClient;
import dev.pawl.idgen.segment.SegmentGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Takes ids in ranges from an id service that is killed meanwhile and started again. */
public final class TakeIds {

    private static final long MANY = 50_000_000;
    private static final long SOME = 1_000_000;

    private final Service service;
    private final IdServiceClient client;
    private final SegmentGenerator ids;
    private final SeenIds seen = new SeenIds();

    private TakeIds(Service service, IdServiceClient client, SegmentGenerator ids) {
        this.service = service;
        this.client = client;
        this.ids = ids;
    }

    /**
     * Runs the sample, and ends with an exception unless everything that it shows was seen.
     *
     * @param args the jar of the id service, and an empty directory for its data
     * @throws Exception if something else was seen
     */
    public static void main(String[] args) throws Exception {
        try (Service service = new Service(Path.of(args[0]), Path.of(args[1]))) {
            service.start();
            // What a program of yours needs is these two, once, and then ids.nextId() in any thread.
            try (IdServiceClient client = IdServiceClient.builder(service.uri()).build();
                    SegmentGenerator ids = client.generator("orders")
                            .floor(2 * SOME) // how many a range has at least, 1,000 if not said
                            .maxWait(Duration.ofSeconds(10))
                            .build()) {
                new TakeIds(service, client, ids).run();
            }
        }
    }

    private void run() throws IOException, InterruptedException {
        for (int i = 0; i < 5; i++) {
            System.out.printf("id %d%n", seen.add(ids.nextId()));
        }
        System.out.printf("id %d, by GET, from the service's own range%n", seen.add(service.nextId("orders")));
        takeMany();

        awaitRangesAtHand();
        service.kill();
        takeWhatIsAtHand();

        service.start();
        take(MANY);
        System.out.printf("%,d more ids, from new ranges, the last one %d%n", MANY, seen.last());
        System.out.printf("id %d, by GET%n", seen.add(service.nextId("orders")));

        ClientStats stats = client.stats();
        System.out.printf(
                "%,d ids, none of them twice, by %d HTTP requests, %d of them retries%n",
                seen.count(), stats.requests(), stats.retries());
        require(stats.retries() > 0, "the client must have asked while the service was away");
        require(seen.count() > 1_000_000 * stats.requests(), "a request must be worth a million ids");
    }

    private void takeMany() {
        long requests = client.stats().requests();
        long start = System.nanoTime();
        take(MANY);
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%,d ids in %.2f s, %.1f million a second, by %d HTTP requests%n",
                MANY, seconds, MANY / seconds / 1e6, client.stats().requests() - requests);
    }

    private void take(long count) {
        for (long i = 0; i < count; i++) {
            seen.add(ids.nextId());
        }
    }

    /** The next range is fetched in the background. */
    private void awaitRangesAtHand() throws InterruptedException {
        long start = System.nanoTime();
        while (ids.stats().remaining() < 2 * SOME) {
            require(System.nanoTime() - start < 10e9, "a range must be at hand within 10 s");
            TimeUnit.MILLISECONDS.sleep(5);
        }
        System.out.printf("%,d ids are at hand%n", ids.stats().remaining());
    }

    /** Leaves some, so that nobody waits; what is taken is enough for the client to ask for more, in vain. */
    private void takeWhatIsAtHand() {
        long before = seen.count();
        while (ids.stats().remaining() > SOME) {
            take(SOME / 10);
        }
        long taken = seen.count() - before;
        require(taken >= SOME, "ids must go on while the service is away");
        System.out.printf("%,d ids from the ranges at hand, the last one %d%n", taken, seen.last());
    }

    static void require(boolean seen, String what) {
        if (!seen) {
            throw new IllegalStateException(what);
        }
    }
}
