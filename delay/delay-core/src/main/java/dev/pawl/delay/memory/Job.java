package dev.pawl.delay.memory;

import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
import dev.pawl.delay.spi.JobBody;
import dev.pawl.delay.spi.JobView;
import dev.pawl.delay.spi.NewJob;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A job as the table keeps it. Only {@link JobIndex} changes its visible time, by which it is sorted, and whether it is out. */
final class Job {

    static final long NO_TOKEN = 0;
    private static final long FOR_EVER = Long.MAX_VALUE;

    final String id;
    final long request;
    final JobBody body;
    final int attempts;
    final long ttlMillis;

    @Nullable
    String key;

    long dueMillis;
    long visibleMillis;
    int attempt;
    long token = NO_TOKEN;

    /** Whether the last delivery stands. */
    boolean out;

    Job(NewJob made, long dueMillis) {
        this.id = made.id();
        this.request = made.request();
        this.body = made.body();
        this.attempts = made.terms().attempts();
        this.ttlMillis = made.terms().ttl().map(Duration::toMillis).orElse(FOR_EVER);
        this.key = made.dedup().map(dedup -> dedup.key()).orElse(null);
        this.dueMillis = dueMillis;
        this.visibleMillis = dueMillis;
    }

    boolean isDue(long nowMillis) {
        return visibleMillis <= nowMillis;
    }

    boolean isInFlight(long nowMillis) {
        return out && visibleMillis > nowMillis;
    }

    boolean isExpired(long nowMillis) {
        return ttlMillis != FOR_EVER && nowMillis - dueMillis >= ttlMillis;
    }

    boolean stands(long shown) {
        return out && token == shown;
    }

    ClaimedJob claimed() {
        return new ClaimedJob(id, token, attempt, attempts, Instant.ofEpochMilli(dueMillis), body);
    }

    JobView view(long nowMillis) {
        return new JobView(
                id,
                isInFlight(nowMillis),
                Instant.ofEpochMilli(dueMillis),
                Duration.ofMillis(visibleMillis - nowMillis),
                attempt,
                attempts,
                body);
    }
}
