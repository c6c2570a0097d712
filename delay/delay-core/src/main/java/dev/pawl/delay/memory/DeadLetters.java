package dev.pawl.delay.memory;

import dev.pawl.delay.spi.DeadLetter;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The dead letters of a partition by id. Not thread-safe. */
final class DeadLetters {

    private record Dead(Job job, String reason, long diedMillis) {
        DeadLetter letter() {
            Instant due = Instant.ofEpochMilli(job.dueMillis);
            return new DeadLetter(job.id, reason, due, Instant.ofEpochMilli(diedMillis), job.attempt, job.body);
        }
    }

    private final NavigableMap<String, Dead> byId = new TreeMap<>();
    private long bodyBytes;

    void add(Job job, String reason, long nowMillis) {
        byId.put(job.id, new Dead(job, reason, nowMillis));
        bodyBytes += job.body.size();
    }

    @Nullable
    Job of(String id) {
        Dead dead = byId.get(id);
        return dead == null ? null : dead.job;
    }

    @Nullable
    Job remove(String id) {
        Dead dead = byId.remove(id);
        if (dead == null) {
            return null;
        }
        bodyBytes -= dead.job.body.size();
        return dead.job;
    }

    List<DeadLetter> after(String id, int most) {
        return byId.tailMap(id, false).values().stream()
                .limit(most)
                .map(Dead::letter)
                .toList();
    }

    int size() {
        return byId.size();
    }

    long bodyBytes() {
        return bodyBytes;
    }
}
