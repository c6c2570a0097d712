package dev.pawl.idgen.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.pawl.idgen.server.ServedGenerator.Ranges;
import dev.pawl.idgen.spi.Reservation.Range;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a tinyid server, in its two forms: JSON with a code, and bare text that is empty where something went
 * wrong. The status is always 200, and the key stands in the query, since tinyid's clients know no other way. Confined
 * to its event loop.
 */
final class TinyidRoutes {

    private static final int OK = 200;
    private static final int TOKEN_ERROR = 5;
    private static final int SYSTEM_ERROR = 6;

    private final Generators generators;
    private final TagRanges ranges;
    private final Access access;
    private final Context context;

    TinyidRoutes(Generators generators, TagRanges ranges, Access access, Context context) {
        this.generators = generators;
        this.ranges = ranges;
        this.access = access;
        this.context = context;
    }

    void addTo(Routes routes) {
        add(routes, "nextId", Set.of("bizType", "batchSize", "token"), this::ids, Form.JSON);
        add(routes, "nextIdSimple", Set.of("bizType", "batchSize", "token"), this::ids, Form.SIMPLE);
        add(routes, "nextSegmentId", Set.of("bizType", "token"), this::segment, Form.JSON);
        add(routes, "nextSegmentIdSimple", Set.of("bizType", "token"), this::segment, Form.SIMPLE);
    }

    /** How an answer is written. */
    private enum Form {
        JSON("application/json"),
        SIMPLE("text/plain; charset=utf-8");

        private final String contentType;

        Form(String contentType) {
            this.contentType = contentType;
        }
    }

    /** What a call answers, in both forms. */
    private interface Data {
        void writeTo(JsonGenerator json) throws IOException;

        String simple();
    }

    /** Ids in the order in which they were made. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Ids(long[] ids) implements Data {

        @Override
        public void writeTo(JsonGenerator json) throws IOException {
            json.writeArray(ids, 0, ids.length);
        }

        @Override
        public String simple() {
            return Arrays.stream(ids).mapToObj(Long::toString).collect(Collectors.joining(","));
        }
    }

    /** A range as tinyid's client counts it: from behind {@code current}, and it fetches the next from {@code loading} on. */
    private record Segment(Range range) implements Data {

        private long current() {
            return range.first() - 1;
        }

        private long loading() {
            return current() + (range.last() - current()) / 5;
        }

        @Override
        public void writeTo(JsonGenerator json) throws IOException {
            json.writeStartObject();
            json.writeNumberField("maxId", range.last());
            json.writeNumberField("loadingId", loading());
            json.writeNumberField("currentId", current());
            json.writeNumberField("delta", 1);
            json.writeNumberField("remainder", 0);
            json.writeEndObject();
        }

        @Override
        public String simple() {
            return current() + "," + loading() + "," + range.last() + ",1,0";
        }
    }

    private record Asked(Query query, ServedGenerator served) {}

    private void add(
            Routes routes, String call, Set<String> known, Function<Asked, CompletionStage<Data>> data, Form form) {
        for (HttpMethod method : Set.of(HttpMethod.GET, HttpMethod.POST)) {
            routes.open("/tinyid/id/" + call, method, ctx -> {
                HttpServerRequest request = ctx.request();
                if (request.method().equals(HttpMethod.HEAD)) {
                    answer(request, form, Buffer.buffer());
                    return;
                }
                try {
                    later(request, form, data.apply(asked(ctx, known)));
                } catch (ProblemException e) {
                    fail(request, form, e.problem());
                }
            });
        }
    }

    private Asked asked(RoutingContext ctx, Set<String> known) {
        Query query = Query.parse(ctx.request().query(), known);
        Key key = access.identify(ctx.request(), query.find("token").orElse(""));
        Access.require(key, Scope.IDS_READ);
        String name = query.require("bizType");
        Access.requireName(key, name);
        ServedGenerator served = generators.require(name);
        served.requireNumbers();
        return new Asked(query, served);
    }

    private CompletionStage<Data> ids(Asked asked) {
        ServedGenerator served = asked.served();
        long[] ids = new long[count(asked.query())];
        CompletableFuture<long[]> made;
        try {
            made = served.generator().nextIdsAsync(ids);
        } catch (RuntimeException e) {
            throw Failures.of(served.name(), e).thrown();
        }
        return made.handle((filled, failure) -> {
            if (failure != null) {
                throw Failures.of(served.name(), failure).thrown();
            }
            served.batches.increment();
            served.inBatches.add(filled.length);
            return new Ids(filled);
        });
    }

    private CompletionStage<Data> segment(Asked asked) {
        ServedGenerator served = asked.served();
        Ranges from = served.ranges()
                .orElseThrow(() -> Problem.of(
                                ProblemType.UNKNOWN_GENERATOR,
                                "this call is not for the kind " + served.kind() + ": generator=" + served.name())
                        .thrown());
        return ranges.reserve(from.tag(), from.step())
                .toCompletableFuture()
                .copy()
                .orTimeout(StoreCalls.WAIT.toMillis(), TimeUnit.MILLISECONDS)
                .handle((range, failure) -> {
                    if (failure != null) {
                        throw Failures.ofStore("generator=" + served.name(), failure)
                                .thrown();
                    }
                    return new Segment(range);
                });
    }

    private static int count(Query query) {
        String text = query.find("batchSize").orElse("1");
        int count = text.matches("[1-9][0-9]{0,5}") ? Integer.parseInt(text) : 0;
        if (count < 1 || count > IdsBody.MOST_IDS) {
            throw Problem.of(
                            ProblemType.INVALID_COUNT,
                            "batchSize must be in [1, " + IdsBody.MOST_IDS + "]: batchSize=" + Shown.of(text))
                    .thrown();
        }
        return count;
    }

    private void later(HttpServerRequest request, Form form, CompletionStage<Data> data) {
        CompletionStage<Data> unused = data.whenComplete((value, failure) -> context.runOnContext(now -> {
            if (failure != null) {
                fail(request, form, Failures.of("", failure));
            } else {
                answer(request, form, body(form, value, OK, ""));
            }
        }));
    }

    private void fail(HttpServerRequest request, Form form, Problem problem) {
        access.metrics().count(problem);
        boolean token = problem.type() == ProblemType.UNAUTHORIZED || problem.type() == ProblemType.FORBIDDEN;
        answer(
                request,
                form,
                token
                        ? body(form, null, TOKEN_ERROR, "token is error")
                        : body(form, null, SYSTEM_ERROR, problem.detail()));
    }

    private static Buffer body(Form form, @Nullable Data data, int code, String message) {
        if (form == Form.SIMPLE) {
            return Buffer.buffer(data == null ? "" : data.simple());
        }
        return JsonReplies.object(json -> {
            json.writeFieldName("data");
            if (data == null) {
                json.writeNull();
            } else {
                data.writeTo(json);
            }
            json.writeNumberField("code", code);
            json.writeStringField("message", message);
        });
    }

    private static void answer(HttpServerRequest request, Form form, Buffer body) {
        if (!request.response().closed()) {
            Replies.body(request.response(), form.contentType, body);
        }
    }
}
