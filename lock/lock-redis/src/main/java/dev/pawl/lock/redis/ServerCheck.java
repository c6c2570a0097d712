package dev.pawl.lock.redis;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.Ticker;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisReply;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the settings of each master before the first lock: one that may evict keys would lose locks without a word, so it is
 * refused. Where they cannot be read, locks go on without, since a master that is down must not keep others from theirs; a later
 * lock then looks again, and so does one after a refusal, at most once a second. Thread-safe.
 */
final class ServerCheck {

    /** A clock that is this far off has lost its source; tokens after a loss of data count on it. */
    static final Duration GREATEST_SKEW = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(ServerCheck.class);
    private static final long AGAIN_AFTER_NANOS = Duration.ofSeconds(1).toNanos();

    private final Redis redis;
    private final Clock clock;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable CompletableFuture<Boolean> verdict;
    private @Nullable BackendException refusal;
    private boolean running;
    private boolean failureTold;
    private boolean skewTold;
    private long startedAt;
    private volatile boolean passed;

    ServerCheck(Redis redis, Clock clock, Ticker ticker) {
        this.redis = redis;
        this.clock = clock;
        this.ticker = ticker;
    }

    boolean passed() {
        return passed;
    }

    /** Whether the clock of a server was found to be off. */
    boolean hasSkew() {
        lock.lock();
        try {
            return skewTold;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Completes with true when the servers have passed and with false when they could not be asked; fails with a
     * {@link BackendException} that nothing was applied if a setting is wrong.
     */
    CompletableFuture<Boolean> run() {
        CompletableFuture<Boolean> run;
        CompletableFuture<Boolean> answer;
        lock.lock();
        try {
            CompletableFuture<Boolean> last = verdict;
            if (last != null && (running || ticker.nanos() - startedAt < AGAIN_AFTER_NANOS)) {
                return last;
            }
            run = new CompletableFuture<>();
            running = true;
            startedAt = ticker.nanos();
            // Who was let through before does not wait for a server that may be silent.
            answer = last != null && refusal == null ? last : run;
            verdict = answer;
        } finally {
            lock.unlock();
        }
        long sentAt = clock.millis();
        CompletionStage<Optional<BackendException>> problem = ask().thenApply(replies -> judge(replies, sentAt));
        problem.whenComplete((found, failure) -> {
            if (failure == null) {
                judged(run, found);
            } else {
                unread(run, failure);
            }
        });
        return answer;
    }

    private CompletionStage<List<RedisReply>> ask() {
        try {
            return redis.evalOnEveryMaster(Scripts.CHECK, List.of());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Optional<BackendException> judge(List<RedisReply> replies, long sentAt) {
        for (RedisReply reply : replies) {
            compareClocks(reply.integer(2), sentAt);
            if (!reply.text(0).equals("noeviction") && reply.integer(1) > 0) {
                return Optional.of(new BackendException(
                        "maxmemory-policy must be noeviction, since any other evicts locks: maxmemory-policy="
                                + reply.text(0) + ", maxmemory=" + reply.integer(1),
                        Outcome.NOT_APPLIED,
                        null));
            }
        }
        return Optional.empty();
    }

    private void compareClocks(long server, long sentAt) {
        long now = clock.millis();
        long greatest = GREATEST_SKEW.toMillis();
        if (server >= sentAt - greatest && server <= now + greatest) {
            return;
        }
        lock.lock();
        try {
            if (skewTold) {
                return;
            }
            skewTold = true;
        } finally {
            lock.unlock();
        }
        LOG.warn(
                "The clock of a Redis server and the one of this process differ by more than {} s: server={} ms, here={} ms",
                GREATEST_SKEW.toSeconds(),
                server,
                now);
    }

    private void judged(CompletableFuture<Boolean> run, Optional<BackendException> found) {
        lock.lock();
        try {
            running = false;
            refusal = found.orElse(null);
            verdict = run;
            passed = found.isEmpty();
        } finally {
            lock.unlock();
        }
        found.ifPresentOrElse(run::completeExceptionally, () -> run.complete(true));
    }

    /** Whoever was refused stays so until the settings are seen again. */
    private void unread(CompletableFuture<Boolean> run, Throwable failure) {
        boolean tell;
        BackendException refused;
        lock.lock();
        try {
            running = false;
            tell = !failureTold;
            failureTold = true;
            refused = refusal;
            verdict = run;
        } finally {
            lock.unlock();
        }
        if (tell) {
            LOG.warn("Settings of Redis could not be read, locks go on without; asked again by a later one", failure);
        }
        if (refused == null) {
            run.complete(false);
        } else {
            run.completeExceptionally(refused);
        }
    }
}
