package dev.pawl.chaos;

import dev.pawl.chaos.IdHistory.Recording;
import dev.pawl.common.BackendException;
import dev.pawl.idgen.client.ClientStats;
import dev.pawl.idgen.client.IdServiceClient;
import dev.pawl.idgen.segment.SegmentGenerator;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A client of the id service with a thread that takes a hundred ids from it and then rests for a millisecond. */
final class LeasingClient implements AutoCloseable {

    /** Short, so that a caller's error shows soon that the segments are used up. */
    private static final Duration MAX_WAIT = Duration.ofMillis(100);

    private static final int RUN = 100;

    private final IdServiceClient client;
    private final SegmentGenerator ids;
    private final Recording recording;
    private final Thread thread;
    private final AtomicLong failures = new AtomicLong();
    private final AtomicReference<@Nullable BackendException> failure = new AtomicReference<>();
    private final AtomicReference<@Nullable Throwable> error = new AtomicReference<>();
    private volatile boolean stopping;

    /** Starts to take ids, with segments that last about so long. */
    LeasingClient(URI service, String tag, IdHistory history, long floor, Duration segment) {
        client = IdServiceClient.builder(service).build();
        ids = client.generator(tag)
                .floor(floor)
                .targetDuration(segment)
                .maxWait(MAX_WAIT)
                .build();
        recording = history.connection(1);
        thread = new Thread(this::run, "leasing client");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!stopping) {
                try {
                    for (int i = 0; i < RUN; i++) {
                        recording.add(ids.nextId());
                    }
                    Await.pass(Duration.ofMillis(1));
                } catch (BackendException e) {
                    failure.set(e);
                    failures.incrementAndGet();
                }
            }
        } catch (Throwable e) {
            error.set(e);
        }
    }

    /** How many ids it has had. */
    int size() {
        return recording.size();
    }

    /** How many calls ended with an error since the service could not be had. */
    long failures() {
        return failures.get();
    }

    /** The last of them. */
    @Nullable
    BackendException failure() {
        return failure.get();
    }

    ClientStats stats() {
        return client.stats();
    }

    /** Throws if the thread ended by anything but a store that could not be had. */
    void requireNoError() {
        Throwable thrown = error.get();
        if (thrown != null) {
            throw new AssertionError("a client must not end by itself", thrown);
        }
    }

    void stop() {
        stopping = true;
        Await.until("the client's thread ends", Await.PATIENCE, () -> !thread.isAlive());
        requireNoError();
    }

    @Override
    public void close() {
        stop();
        ids.close();
        client.close();
    }
}
