package dev.pawl.delay.memory;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The jobs of a partition by next visible time, by id and by dedup key, and what is counted of them. Not thread-safe. */
final class JobIndex {

    final TreeSet<Job> byTime = new TreeSet<>(
            Comparator.<Job>comparingLong(job -> job.visibleMillis).thenComparing(job -> job.id));
    final NavigableMap<String, Job> byId = new TreeMap<>();
    private final Map<String, Job> byKey = new HashMap<>();
    private int out;
    private long bodyBytes;

    void add(Job job) {
        byId.put(job.id, job);
        byTime.add(job);
        bodyBytes += job.body.size();
        if (job.key != null) {
            byKey.put(job.key, job);
        }
    }

    void remove(Job job) {
        back(job);
        byId.remove(job.id);
        byTime.remove(job);
        bodyBytes -= job.body.size();
        if (job.key != null) {
            // Another job may have taken the key over.
            byKey.remove(job.key, job);
        }
    }

    void move(Job job, long visibleMillis) {
        byTime.remove(job);
        job.visibleMillis = visibleMillis;
        byTime.add(job);
    }

    /** The last delivery stands. */
    void out(Job job) {
        out += job.out ? 0 : 1;
        job.out = true;
    }

    /** The last delivery does not stand any more. */
    void back(Job job) {
        out -= job.out ? 1 : 0;
        job.out = false;
    }

    @Nullable
    Job withKey(@Nullable String key) {
        return key == null ? null : byKey.get(key);
    }

    int size() {
        return byId.size();
    }

    int countOut() {
        return out;
    }

    long bodyBytes() {
        return bodyBytes;
    }
}
