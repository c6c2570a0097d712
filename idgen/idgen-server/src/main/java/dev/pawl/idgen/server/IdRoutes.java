package dev.pawl.idgen.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.pawl.idgen.layout.DecodedId;
import dev.pawl.idgen.layout.IdLayout;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The calls on generators, in every form that {@link HotRoutes} does not take. Confined to its event loop. */
final class IdRoutes {

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
        Query query = Query.parse(ctx.request().query(), Set.of("format", "after"));
        IdFormat format = format(ctx.request(), query, served);
        Optional<String> after = query.find("after");
        OptionalLong seen = OptionalLong.empty();
        if (after.isPresent()) {
            IdLayout layout = CausalIds.require(served).layout();
            seen = OptionalLong.of(seen(served, layout, after.get()));
        }
        if (ctx.request().method().equals(HttpMethod.HEAD)) {
            Replies.noId(ctx.response(), format);
        } else if (seen.isPresent()) {
            calls.after(ctx.request(), served, format, seen.getAsLong());
        } else {
            calls.next(ctx.request(), served, format);
        }
    }

    /** A batch. */
    void many(RoutingContext ctx) {
        ServedGenerator served = generator(ctx);
        Query query = Query.parse(ctx.request().query(), Set.of("format"));
        hot.post(ctx.request(), served, format(ctx.request(), query, served));
    }

    /** The parts of an id. */
    void decode(RoutingContext ctx) {
        Query.parse(ctx.request().query(), Set.of());
        ServedGenerator served = generator(ctx);
        JsonReplies.require(ctx.request());
        String text = Objects.requireNonNull(ctx.pathParam("id"));
        long id = id(served, text);
        JsonReplies.answer(ctx, json -> {
            json.writeStringField("id", text);
            if (served.encoding().isPresent()) {
                json.writeStringField("number", Long.toString(id));
            }
            if (served.layout().isPresent()) {
                writeParts(served.layout().get().decode(id), json);
            }
        });
    }

    private static void writeParts(DecodedId decoded, JsonGenerator json) throws IOException {
        json.writeStringField("instant", decoded.instant().toString());
        json.writeNumberField("tick", decoded.tick());
        json.writeNumberField("workerId", decoded.workerId());
        json.writeNumberField("sequence", decoded.sequence());
        json.writeObjectFieldStart("fields");
        for (Map.Entry<String, Long> field : decoded.fields().entrySet()) {
            json.writeNumberField(field.getKey(), field.getValue());
        }
        json.writeEndObject();
    }

    /** The least and the greatest id of an interval, both ends included. */
    void bounds(RoutingContext ctx) {
        Query query = Query.parse(ctx.request().query(), Set.of("from", "to"));
        IdLayout layout = layout(generator(ctx));
        JsonReplies.require(ctx.request());
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
        JsonReplies.answer(ctx, json -> {
            json.writeStringField("from", from.toString());
            json.writeStringField("to", to.toString());
            json.writeStringField("min", Long.toString(least));
            json.writeStringField("max", Long.toString(greatest));
        });
    }

    private ServedGenerator generator(RoutingContext ctx) {
        return generators.require(Objects.requireNonNull(ctx.pathParam("name")));
    }

    private static IdLayout layout(ServedGenerator served) {
        return served.layout()
                .orElseThrow(() -> Problem.of(
                                ProblemType.NO_LAYOUT,
                                "ids of a " + served.kind() + " are plain numbers: generator=" + served.name())
                        .thrown());
    }

    private static IdFormat format(HttpServerRequest request, Query query, ServedGenerator served) {
        IdFormat format = HotRoutes.format(request, served);
        String asked = query.find("format").orElse("string");
        if (asked.equals("string")) {
            return format;
        }
        if (!asked.equals("number")) {
            throw Query.refused("format must be string or number: format=" + Shown.of(asked));
        }
        served.requireNumbers();
        if (format != IdFormat.JSON) {
            throw Problem.of(
                            ProblemType.NOT_ACCEPTABLE,
                            "format=number is offered as " + IdFormat.JSON.mediaType() + " only")
                    .thrown();
        }
        return IdFormat.JSON_NUMBERS;
    }

    /** The number of an id in the form in which the generator hands it out. */
    private static long id(ServedGenerator served, String text) {
        IdLayout layout = served.encoding().isPresent() ? served.layout().orElse(null) : layout(served);
        return find(served, layout, text)
                .orElseThrow(() -> Problem.of(ProblemType.INVALID_ID, rule("id", served, text))
                        .thrown());
    }

    private static long seen(ServedGenerator served, IdLayout layout, String text) {
        return find(served, layout, text).orElseThrow(() -> Query.refused(rule("after", served, text)));
    }

    private static OptionalLong find(ServedGenerator served, @Nullable IdLayout layout, String text) {
        OptionalLong id = served.encoding().isPresent()
                ? EncodedIds.decode(served.encoding().get(), text)
                : decimal(text);
        return id.isPresent() && (layout == null || id.getAsLong() <= layout.maxId()) ? id : OptionalLong.empty();
    }

    private static OptionalLong decimal(String text) {
        if (!text.matches("0|[1-9][0-9]{0,18}")) {
            return OptionalLong.empty();
        }
        // Of 19 digits some are beyond a long; those wrap below zero in this reading.
        long id = Long.parseUnsignedLong(text);
        return id < 0 ? OptionalLong.empty() : OptionalLong.of(id);
    }

    private static String rule(String name, ServedGenerator served, String text) {
        String rule = served.encoding().isPresent()
                ? "a text of the generator's encoding"
                : "a whole number in [0, " + layout(served).maxId() + "]";
        return name + " must be " + rule + ": " + name + "=" + Shown.of(text);
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
}
