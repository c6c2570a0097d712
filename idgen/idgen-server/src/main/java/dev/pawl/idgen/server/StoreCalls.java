package dev.pawl.idgen.server;

import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Asks a store, and answers a request when the store has answered, back on the event loop. Confined to its event loop. */
final class StoreCalls {

    /** How long a request waits that does not say it. */
    static final Duration WAIT = Duration.ofSeconds(5);

    private static final String TIMEOUT = "Pawl-Timeout";
    private static final int MOST_MILLIS = 60_000;

    private final Context context;
    private final Access access;

    StoreCalls(Context context, Access access) {
        this.context = context;
        this.access = access;
    }

    /** How long a request says that its client waits. */
    static Duration wait(HttpServerRequest request) {
        String text = request.getHeader(TIMEOUT);
        if (text == null) {
            return WAIT;
        }
        int millis = text.matches("[1-9][0-9]{0,8}") ? Integer.parseInt(text) : 0;
        if (millis < 1
                || millis > MOST_MILLIS
                || request.headers().getAll(TIMEOUT).size() > 1) {
            throw Problem.of(
                            ProblemType.MALFORMED_REQUEST,
                            TIMEOUT + " must be given once, milliseconds in [1, " + MOST_MILLIS + "]: " + TIMEOUT + "="
                                    + Shown.of(text))
                    .thrown();
        }
        return Duration.ofMillis(millis);
    }

    /** Runs a call that may write to a file beside the event loops. */
    <T> CompletionStage<T> beside(Callable<CompletionStage<T>> call) {
        return context.owner().executeBlocking(call, false).toCompletionStage().thenCompose(stage -> stage);
    }

    /**
     * Answers a request once a store has.
     *
     * @param what whom the store was asked for, as in {@code tag=orders}
     * @param asked the store's answer
     * @param answer writes the answer; a problem that it throws is answered too
     */
    <T> void answer(
            HttpServerRequest request, String what, CompletionStage<T> asked, Duration wait, Consumer<T> answer) {
        CompletableFuture<T> unused = asked.toCompletableFuture()
                .copy()
                .orTimeout(wait.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((value, failure) -> context.runOnContext(now -> {
                    if (failure != null) {
                        access.fail(request, Failures.ofStore(what, failure));
                        return;
                    }
                    try {
                        if (!request.response().closed()) {
                            answer.accept(value);
                        }
                    } catch (ProblemException e) {
                        access.fail(request, e.problem());
                    }
                }));
    }
}
