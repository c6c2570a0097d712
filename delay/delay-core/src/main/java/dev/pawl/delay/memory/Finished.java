package dev.pawl.delay.memory;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is remembered of jobs that are gone, for as long as a request of theirs may be repeated. Not thread-safe. */
final class Finished {

    /** How a job ended, as far as an answer depends on it. */
    enum Ending {
        ACKED,
        CANCELLED,
        OTHERWISE
    }

    record Tombstone(String id, long request, long token, Ending ending, long untilMillis) {}

    private final Map<String, Tombstone> byId = new HashMap<>();
    private final ArrayDeque<Tombstone> byAge = new ArrayDeque<>();
    private final long horizonMillis;

    Finished(long horizonMillis) {
        this.horizonMillis = horizonMillis;
    }

    void add(String id, long request, long token, Ending ending, long nowMillis) {
        Tombstone tombstone = new Tombstone(id, request, token, ending, nowMillis + horizonMillis);
        byId.put(id, tombstone);
        byAge.add(tombstone);
    }

    boolean hasRequest(String id, long request) {
        Tombstone tombstone = byId.get(id);
        return tombstone != null && tombstone.request == request;
    }

    boolean wasAcked(String id, long token) {
        Tombstone tombstone = byId.get(id);
        return tombstone != null && tombstone.ending == Ending.ACKED && tombstone.token == token;
    }

    boolean wasCancelled(String id) {
        Tombstone tombstone = byId.get(id);
        return tombstone != null && tombstone.ending == Ending.CANCELLED;
    }

    /** Forgets what is old, in a bounded number of steps. */
    void trim(long nowMillis, int steps) {
        for (int i = 0; i < steps; i++) {
            @Nullable Tombstone oldest = byAge.peek();
            if (oldest == null || oldest.untilMillis > nowMillis) {
                return;
            }
            byAge.remove();
            // The id may have been used again.
            byId.remove(oldest.id, oldest);
        }
    }

    int size() {
        return byAge.size();
    }
}
