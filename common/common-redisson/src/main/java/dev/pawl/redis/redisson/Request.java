package dev.pawl.redis.redisson;

import dev.pawl.redis.RedisFailures;
import dev.pawl.redis.Timeouts;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** One stage of the port: it ends in time, and with the port. */
final class Request<T> implements Timeouts.Request {

    private final String what;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    Request(String what) {
        this.what = what;
    }

    Request<T> begin(Timeouts timeouts) {
        timeouts.begin(this);
        CompletionStage<T> stage = result;
        stage.whenComplete((value, failure) -> timeouts.end(this));
        return this;
    }

    @Override
    public void timedOut() {
        fail(RedisFailures.notAnswered(what + " in time", null));
    }

    CompletionStage<T> stage() {
        return result;
    }

    boolean isOver() {
        return result.isDone();
    }

    /** Sends, unless the time is over already; if it is over first, what has not left yet will not. */
    <R> CompletionStage<R> send(Supplier<CompletionStage<R>> command) {
        if (isOver()) {
            return CompletableFuture.failedFuture(RedisFailures.notSent(what, null));
        }
        try {
            CompletionStage<R> sent = command.get();
            stage().whenComplete((value, failure) -> sent.toCompletableFuture().cancel(false));
            return sent;
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    void succeed(Supplier<T> value) {
        try {
            result.complete(value.get());
        } catch (IllegalArgumentException e) {
            fail(RedisFailures.notAnswered(what + " as agreed", e));
        }
    }

    void fail(Throwable failure) {
        result.completeExceptionally(RedissonFailures.of(what, failure));
    }

    /** The port was closed before. */
    void refuse() {
        fail(RedisFailures.notSent(what + ", the port is closed", null));
    }

    /** The port was closed meanwhile. */
    void abandon() {
        fail(RedisFailures.notAnswered(what + " before the port was closed", null));
    }
}
