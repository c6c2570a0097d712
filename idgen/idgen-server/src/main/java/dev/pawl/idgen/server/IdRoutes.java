package dev.pawl.idgen.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.pawl.idgen.layout.DecodedId;
import dev.pawl.idgen.layout.IdLayout;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The calls on generators, in every form that {@link HotRoutes} does not take. Confined to its event loop. */
final class IdRoutes {

    private static final JsonFactory JSON = new JsonFactory();
    private static final List<IdFormat> JSON_ONLY = List.of(IdFormat.JSON);

    private final Generators generators;
    private final IdCalls calls;
    private final HotRoutes hot;

    IdRoutes(Generators generators, IdCalls calls, HotRoutes hot) {
        this.generators = generators;
        this.calls = calls;
        this.hot = hot;
    }

    /** One id. HEAD answers the headers of that and takes no id. */
    void next(RoutingContext ctx) {
        ServedGenerator served = generator(ctx);
        IdFormat format = format(ctx.request());
        if (ctx.request().method().equals(HttpMethod.HEAD)) {
            Replies.noId(ctx.response(), format);
        } else {
            calls.next(ctx.request(), served, format);
        }
    }

    /** A batch. */
    void many(RoutingContext ctx) {
        ServedGenerator served = generator(ctx);
        hot.post(ctx.request(), served, format(ctx.request()));
    }

    /** The parts of an id. */
    void decode(RoutingContext ctx) {
        Query.parse(ctx.request().query(), Set.of());
        ServedGenerator served = generator(ctx);
        IdLayout layout = layout(served);
        requireJson(ctx.request());
        DecodedId decoded = layout.decode(id(Objects.requireNonNull(ctx.pathParam("id")), layout));
        answer(ctx, json -> {
            json.writeStringField("id", Long.toString(decoded.id()));
            json.writeStringField("instant", decoded.instant().toString());
            json.writeNumberField("tick", decoded.tick());
            json.writeNumberField("workerId", decoded.workerId());
            json.writeNumberField("sequence", decoded.sequence());
            json.writeObjectFieldStart("fields");
            for (Map.Entry<String, Long> field : decoded.fields().entrySet()) {
                json.writeNumberField(field.getKey(), field.getValue());
            }
            json.writeEndObject();
        });
    }

    /** The least and the greatest id of an interval, both ends included. */
    void bounds(RoutingContext ctx) {
        Query query = Query.parse(ctx.request().query(), Set.of("from", "to"));
        IdLayout layout = layout(generator(ctx));
        requireJson(ctx.request());
        Instant from = instant(query, "from", layout);
        Instant to = instant(query, "to", layout);
        if (to.isBefore(from)) {
            throw Query.refused("from must not lie after to: from=" + from + ", to=" + to);
        }
        long least;
        long greatest;
        try {
            least = layout.minIdAt(from);
            greatest = layout.maxIdAt(to);
        } catch (IllegalStateException e) {
            throw Problem.of(ProblemType.NO_LAYOUT, "ids of an interval are not together where the time is not on top")
                    .thrown();
        }
        answer(ctx, json -> {
            json.writeStringField("from", from.toString());
            json.writeStringField("to", to.toString());
            json.writeStringField("min", Long.toString(least));
            json.writeStringField("max", Long.toString(greatest));
        });
    }

    private ServedGenerator generator(RoutingContext ctx) {
        String name = Objects.requireNonNull(ctx.pathParam("name"));
        return generators
                .find(name)
                .orElseThrow(() -> Problem.of(
                                ProblemType.UNKNOWN_GENERATOR,
                                "there is no such generator: generator=" + Shown.of(name))
                        .thrown());
    }

    private static IdLayout layout(ServedGenerator served) {
        return served.layout()
                .orElseThrow(() -> Problem.of(
                                ProblemType.NO_LAYOUT,
                                "ids of a " + served.kind() + " are plain numbers: generator=" + served.name())
                        .thrown());
    }

    private static IdFormat format(HttpServerRequest request) {
        Query query = Query.parse(request.query(), Set.of("format"));
        IdFormat format = HotRoutes.format(request);
        String asked = query.find("format").orElse("string");
        if (asked.equals("string")) {
            return format;
        }
        if (!asked.equals("number")) {
            throw Query.refused("format must be string or number: format=" + Shown.of(asked));
        }
        if (format != IdFormat.JSON) {
            throw Problem.of(
                            ProblemType.NOT_ACCEPTABLE,
                            "format=number is offered as " + IdFormat.JSON.mediaType() + " only")
                    .thrown();
        }
        return IdFormat.JSON_NUMBERS;
    }

    private static void requireJson(HttpServerRequest request) {
        List<String> accept = request.headers().getAll(HttpHeaders.ACCEPT);
        if (Accepts.choose(accept, JSON_ONLY).isEmpty()) {
            throw Accepts.refused(JSON_ONLY).thrown();
        }
    }

    private static long id(String text, IdLayout layout) {
        boolean digits = text.matches("0|[1-9][0-9]{0,18}");
        // Of 19 digits some are beyond a long; those wrap below zero in this reading.
        long id = digits ? Long.parseUnsignedLong(text) : -1;
        if (id < 0 || id > layout.maxId()) {
            throw Problem.of(
                            ProblemType.INVALID_ID,
                            "id must be a whole number in [0, " + layout.maxId() + "]: id=" + Shown.of(text))
                    .thrown();
        }
        return id;
    }

    private static Instant instant(Query query, String name, IdLayout layout) {
        String text = query.require(name);
        Instant instant;
        try {
            instant = Instant.parse(text);
        } catch (DateTimeException e) {
            throw Query.refused(
                    name + " must be an instant such as 2026-11-21T00:00:00Z: " + name + "=" + Shown.of(text));
        }
        if (instant.isBefore(layout.epoch()) || !instant.isBefore(layout.endOfLife())) {
            throw Query.refused(name + " must be in [" + layout.epoch() + ", " + layout.endOfLife() + "): " + name + "="
                    + Shown.of(text));
        }
        return instant;
    }

    /** Writes the members of a JSON object. */
    private interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    private static void answer(RoutingContext ctx, Members members) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Replies.body(ctx.response(), IdFormat.JSON.contentType(), Buffer.buffer(bytes.toByteArray()));
    }
}
