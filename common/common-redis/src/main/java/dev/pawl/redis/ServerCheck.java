package dev.pawl.redis;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the settings of each master before the first request: one that may evict keys would lose what is kept there without a
 * word, so it is refused. Where they cannot be read, requests go on without, since a master that is down must not keep others from
 * theirs; a later request then looks again, and so does one after a refusal, at most once a second. Thread-safe; never blocks.
 */
public final class ServerCheck {

    /** A clock that is this far off has lost its source; tokens after a loss of data count on it. */
    public static final Duration GREATEST_SKEW = Duration.ofSeconds(10);

    private static final RedisScript CHECK = RedisScript.of(ServerCheck.class, "check-server.lua");
    private static final long AGAIN_AFTER_NANOS = Duration.ofSeconds(1).toNanos();

    private final Redis redis;
    private final String kept;
    private final BiConsumer<String, @Nullable Throwable> warning;
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

    /**
     * Makes a check. Asks nobody yet.
     *
     * @param redis the servers
     * @param kept what is kept there, as messages call it, in the plural
     * @param clock what the servers' clocks are compared with
     * @param ticker what counts the second between two looks
     * @param warning is called once if a clock is off, and once if the settings cannot be read; the failure may be null
     */
    public ServerCheck(
            Redis redis, String kept, Clock clock, Ticker ticker, BiConsumer<String, @Nullable Throwable> warning) {
        this.redis = redis;
        this.kept = kept;
        this.clock = clock;
        this.ticker = ticker;
        this.warning = warning;
    }

    /**
     * Tells whether all masters have passed.
     *
     * @return true from then on
     */
    public boolean passed() {
        return passed;
    }

    /**
     * Tells whether the clock of a server was found to be off.
     *
     * @return true if it differed from this process's by more than {@link #GREATEST_SKEW}
     */
    public boolean hasSkew() {
        lock.lock();
        try {
            return skewTold;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Looks at the settings, unless somebody does or has done so within a second.
     *
     * @return true when the servers have passed and false when they could not be asked; fails with a
     *     {@link BackendException} of outcome {@code NOT_APPLIED} if a setting is wrong
     */
    public CompletableFuture<Boolean> run() {
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
            return redis.evalOnEveryMaster(CHECK, List.of());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Optional<BackendException> judge(List<RedisReply> replies, long sentAt) {
        for (RedisReply reply : replies) {
            compareClocks(reply.integer(2), sentAt);
            if (!reply.text(0).equals("noeviction") && reply.integer(1) > 0) {
                return Optional.of(new BackendException(
                        "maxmemory-policy must be noeviction, since any other evicts " + kept + ": maxmemory-policy="
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
        warning.accept(
                "The clock of a Redis server and the one of this process differ by more than "
                        + GREATEST_SKEW.toSeconds() + " s: server=" + server + " ms, here=" + now + " ms",
                null);
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
            warning.accept(
                    "Settings of Redis could not be read, requests for " + kept
                            + " go on without; asked again by a later one",
                    failure);
        }
        if (refused == null) {
            run.complete(false);
        } else {
            run.completeExceptionally(refused);
        }
    }
}
