package dev.pawl.idgen.server;

import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Ranges of numbers for clients that count by themselves, of any tag of the store. Confined to its event loop. */
final class TagRoutes {

    /** The greatest step. */
    static final long MOST = 10_000_000;

    private static final long USUAL = 1_000;

    private final SegmentStore store;
    private final Granted granted;
    private final TagRanges ranges;
    private final Bodies bodies;
    private final StoreCalls calls;

    TagRoutes(SegmentStore store, Granted granted, TagRanges ranges, Bodies bodies, StoreCalls calls) {
        this.store = store;
        this.granted = granted;
        this.ranges = ranges;
        this.bodies = bodies;
        this.calls = calls;
    }

    /** Reserves a range for the client alone. */
    void reserve(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        Query.parse(request.query(), Set.of());
        JsonReplies.require(request);
        String tag = tag(ctx);
        Key key = PathRoute.key(ctx);
        Duration wait = StoreCalls.wait(request);
        bodies.read(request, body -> {
            long step = JsonBody.parse(body, Set.of("step")).count("step", MOST).orElse(USUAL);
            calls.answer(request, "tag=" + tag, ranges.reserve(tag, step), wait, range -> {
                granted.add(tag, range, key);
                request.response().setStatusCode(201).putHeader("pawl-guarantee", guarantee());
                JsonReplies.answer(request.response(), json -> {
                    json.writeStringField("tag", tag);
                    json.writeStringField("first", Long.toString(range.first()));
                    json.writeStringField("last", Long.toString(range.last()));
                    json.writeStringField("revision", Long.toString(range.revision()));
                });
            });
        });
    }

    private String guarantee() {
        return store.guarantee().level().name().toLowerCase(Locale.ROOT);
    }

    /** Takes the unused end of the newest range back; whether it was or not, the client must not use it any more. */
    void giveBack(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        Query query = Query.parse(request.query(), Set.of("first", "last", "lastUsed"));
        JsonReplies.require(request);
        String tag = tag(ctx);
        Duration wait = StoreCalls.wait(request);
        long revision = number("revision", Objects.requireNonNull(ctx.pathParam("revision")));
        long first = number("first", query.require("first"));
        long last = number("last", query.require("last"));
        long lastUsed = number("lastUsed", query.require("lastUsed"));
        if (first < 1 || last < first || lastUsed < first - 1 || lastUsed > last) {
            throw Query.refused("1 <= first <= last and first - 1 <= lastUsed <= last must hold: first=" + first
                    + ", last=" + last + ", lastUsed=" + lastUsed);
        }
        // A client may name the range right below as one with it; only the newest can be taken back.
        Optional<Range> range =
                granted.find(tag, revision, last, PathRoute.key(ctx)).filter(r -> first <= r.first());
        CompletionStage<Boolean> returned = range.isPresent()
                ? store.giveBack(
                        tag, range.get(), Math.max(lastUsed, range.get().first() - 1))
                : CompletableFuture.completedFuture(false);
        calls.answer(
                request,
                "tag=" + tag,
                returned,
                wait,
                done -> JsonReplies.answer(request.response(), json -> json.writeBooleanField("returned", done)));
    }

    private static long number(String name, String text) {
        long number = text.matches("0|[1-9][0-9]{0,18}") ? Long.parseUnsignedLong(text) : -1;
        if (number < 0) {
            throw Query.refused(name + " must be a whole number below 2^63: " + name + "=" + Shown.of(text));
        }
        return number;
    }

    /** The tag of the path, which may be any text. */
    static String tag(RoutingContext ctx) {
        String tag = Objects.requireNonNull(ctx.pathParam("tag"));
        try {
            return SegmentTag.requireName(tag);
        } catch (IllegalArgumentException e) {
            throw unknown(tag);
        }
    }

    static ProblemException unknown(String tag) {
        return Problem.of(ProblemType.UNKNOWN_TAG, "there is no such tag: tag=" + Shown.of(tag))
                .thrown();
    }
}
