package dev.pawl.idgen.server;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The two calls for ids. An id that is at hand is answered on the spot; where the generator has to wait, the event loop
 * goes on and the answer follows. Confined to its event loop, whose buffers are used again and again.
 */
final class IdCalls {

    private final Context context;
    private final ServiceMetrics metrics;

    private final byte[] scratch = new byte[Replies.copiedUpTo()];
    private long[] ids = new long[0];

    IdCalls(Context context, ServiceMetrics metrics) {
        this.context = context;
        this.metrics = metrics;
    }

    /** Answers one id. */
    void next(HttpServerRequest request, ServedGenerator served, IdFormat format) {
        OptionalLong id;
        try {
            id = served.generator().tryNextId(Duration.ZERO);
        } catch (RuntimeException e) {
            fail(request, Failures.of(served.name(), e));
            return;
        }
        if (id.isPresent()) {
            answerOne(request, served, format, id.getAsLong());
        } else {
            answerLater(
                    request,
                    served,
                    served.generator().nextIdAsync(),
                    late -> answerOne(request, served, format, late));
        }
    }

    /** Answers one id above another; what it was asked of is known to have such ids. */
    void after(HttpServerRequest request, ServedGenerator served, IdFormat format, long seen) {
        CompletableFuture<Long> next = CausalIds.next(
                CausalIds.require(served),
                seen,
                Clock.systemUTC(),
                served.insight().maxWait());
        if (next.isDone() && !next.isCompletedExceptionally()) {
            answerOne(request, served, format, next.join());
        } else {
            answerLater(request, served, next, late -> answerOne(request, served, format, late));
        }
    }

    /** Goes on when the future is complete, back on the event loop. */
    private <T> void answerLater(
            HttpServerRequest request, ServedGenerator served, CompletableFuture<T> future, Consumer<T> answer) {
        served.stalls.increment();
        CompletableFuture<T> unused = future.whenComplete((late, failure) -> context.runOnContext(now -> {
            if (failure != null) {
                fail(request, Failures.of(served.name(), failure));
            } else {
                answer.accept(late);
            }
        }));
    }

    private void answerOne(HttpServerRequest request, ServedGenerator served, IdFormat format, long id) {
        if (format == IdFormat.JSON_NUMBERS && id > IdFormat.MAX_JSON_NUMBER) {
            fail(request, tooLargeForNumbers(served));
            return;
        }
        if (served.encoding().isPresent()) {
            answerEncoded(request, served, format, id);
            return;
        }
        served.single.increment();
        if (!request.response().closed()) {
            Replies.one(request.response(), format, id, scratch);
        }
    }

    private void answerEncoded(HttpServerRequest request, ServedGenerator served, IdFormat format, long id) {
        Buffer body;
        try {
            body = EncodedIds.one(served.encoding().orElseThrow(), format, id);
        } catch (RuntimeException e) {
            fail(request, EncodedIds.failed(served, e));
            return;
        }
        served.single.increment();
        Replies.ids(request.response(), 200, format, body);
    }

    /** Answers a batch. */
    void many(HttpServerRequest request, ServedGenerator served, IdFormat format, int count) {
        long[] array = ids.length == count ? ids : new long[count];
        // The array belongs to the generator until the future is complete.
        ids = new long[0];
        CompletableFuture<long[]> future;
        try {
            future = served.generator().nextIdsAsync(array);
        } catch (RuntimeException e) {
            fail(request, Failures.of(served.name(), e));
            return;
        }
        if (future.isDone() && !future.isCompletedExceptionally()) {
            answerMany(request, served, format, array);
            // An encoder may still read the array.
            ids = count <= scratch.length / 8 && served.encoding().isEmpty() ? array : ids;
            return;
        }
        answerLater(request, served, future, late -> answerMany(request, served, format, late));
    }

    private void answerMany(HttpServerRequest request, ServedGenerator served, IdFormat format, long[] array) {
        // They increase, so the last one is the greatest.
        if (format == IdFormat.JSON_NUMBERS && array[array.length - 1] > IdFormat.MAX_JSON_NUMBER) {
            fail(request, tooLargeForNumbers(served));
            return;
        }
        if (served.encoding().isPresent()) {
            EncodedIds.many(context, served.encoding().get(), format, array)
                    .onSuccess(body -> {
                        count(served, array.length);
                        Replies.ids(request.response(), 201, format, body);
                    })
                    .onFailure(failure -> fail(request, EncodedIds.failed(served, failure)));
            return;
        }
        count(served, array.length);
        if (!request.response().closed()) {
            int maxSize = format.maxSize(array.length);
            byte[] bytes = maxSize <= scratch.length ? scratch : new byte[maxSize];
            int length = IdWriter.writeAll(format, array, bytes);
            Replies.many(request.response(), format, bytes, length);
        }
    }

    private static void count(ServedGenerator served, int ids) {
        served.batches.increment();
        served.inBatches.add(ids);
    }

    void fail(HttpServerRequest request, Problem problem) {
        metrics.count(problem);
        Replies.problem(request, problem);
    }

    private static Problem tooLargeForNumbers(ServedGenerator served) {
        return Problem.of(
                ProblemType.NOT_ACCEPTABLE,
                "format=number needs ids up to " + IdFormat.MAX_JSON_NUMBER + ": generator=" + served.name());
    }
}
