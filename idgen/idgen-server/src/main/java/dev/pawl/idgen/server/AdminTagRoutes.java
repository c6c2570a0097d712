package dev.pawl.idgen.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.pawl.idgen.spi.ResetPeriod;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.spi.TagAdmin;
import dev.pawl.idgen.spi.TagState;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What operators see of tags, and what they may change. Confined to its event loop. */
final class AdminTagRoutes {

    private static final int USUAL = 100;
    private static final int MOST = 1_000;

    private final SegmentStore store;
    private final Bodies bodies;
    private final StoreCalls calls;

    AdminTagRoutes(SegmentStore store, Bodies bodies, StoreCalls calls) {
        this.store = store;
        this.bodies = bodies;
        this.calls = calls;
    }

    /** A page of the tags that the key may see. */
    void list(RoutingContext ctx) {
        Query query = Query.parse(ctx.request().query(), Set.of("after", "limit"));
        JsonReplies.require(ctx.request());
        String after = query.find("after").orElse("");
        String limit = query.find("limit").orElse(Integer.toString(USUAL));
        int most = limit.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(limit) : 0;
        if (most < 1 || most > MOST) {
            throw Query.refused("limit must be in [1, " + MOST + "]: limit=" + Shown.of(limit));
        }
        CompletionStage<List<TagState>> page = visible(PathRoute.key(ctx), after, most, List.of());
        answer(ctx.request(), "tags", page, tags -> {
            JsonReplies.answer(ctx.response(), json -> {
                json.writeArrayFieldStart("tags");
                for (TagState tag : tags) {
                    json.writeStartObject();
                    write(json, tag);
                    json.writeEndObject();
                }
                json.writeEndArray();
                if (tags.size() == most) {
                    json.writeStringField("next", tags.get(most - 1).name());
                }
            });
        });
    }

    /** Reads on until the page is full: where it ends must not tell the name of a tag that the key may not see. */
    private CompletionStage<List<TagState>> visible(Key key, String after, int most, List<TagState> before) {
        return admin().list(after, MOST).thenCompose(read -> {
            List<TagState> tags = Stream.concat(before.stream(), read.stream().filter(tag -> key.reaches(tag.name())))
                    .limit(most)
                    .toList();
            return tags.size() == most || read.size() < MOST
                    ? CompletableFuture.completedFuture(tags)
                    : visible(key, read.get(MOST - 1).name(), most, tags);
        });
    }

    /** One tag, with its revision as entity tag. */
    void get(RoutingContext ctx) {
        Query.parse(ctx.request().query(), Set.of());
        JsonReplies.require(ctx.request());
        String tag = TagRoutes.tag(ctx);
        answer(ctx.request(), "tag=" + tag, admin().find(tag), found -> answer(ctx.request(), known(tag, found)));
    }

    /** Creates a tag, or changes one that was read before. */
    void put(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        Query.parse(request.query(), Set.of());
        JsonReplies.require(request);
        String tag = TagRoutes.tag(ctx);
        TagAdmin admin = admin();
        Condition condition = Condition.of(request);
        bodies.read(request, body -> {
            if (condition.create()) {
                create(request, admin, tag(tag, JsonBody.parse(body, Set.of("firstId", "maxId", "reset"))));
            } else {
                JsonBody change = JsonBody.parse(body, Set.of("lastId", "maxId", "paused"));
                if (change.isEmpty()) {
                    throw JsonBody.invalid("the body must have one of lastId, maxId and paused");
                }
                change(request, admin, tag, condition, change);
            }
        });
    }

    private static SegmentTag tag(String name, JsonBody body) {
        long firstId = body.id("firstId").orElse(1);
        long maxId = body.id("maxId").orElse(Long.MAX_VALUE - 1);
        try {
            return new SegmentTag(name, firstId, maxId, body.text("reset").map(ResetPeriod::parse));
        } catch (IllegalArgumentException e) {
            throw JsonBody.invalid(Shown.of(String.valueOf(e.getMessage()), 200));
        }
    }

    private void create(HttpServerRequest request, TagAdmin admin, SegmentTag tag) {
        CompletionStage<Optional<TagState>> created = store.create(tag).thenCompose(done -> {
            if (!done) {
                throw Problem.of(ProblemType.PRECONDITION_FAILED, "there is such a tag: tag=" + tag.name())
                        .thrown();
            }
            return admin.find(tag.name());
        });
        answer(request, "tag=" + tag.name(), created, found -> {
            request.response().setStatusCode(201);
            answer(request, known(tag.name(), found));
        });
    }

    private void change(HttpServerRequest request, TagAdmin admin, String tag, Condition condition, JsonBody change) {
        CompletionStage<TagState> changed = admin.find(tag).thenCompose(found -> {
            TagState before = known(tag, found);
            condition.require(before.revision());
            TagState next = changed(before, change);
            return admin.compareAndSet(next).thenApply(done -> {
                if (!done) {
                    throw Condition.failed();
                }
                return next;
            });
        });
        answer(request, "tag=" + tag, changed, next -> answer(request, next));
    }

    private static TagState changed(TagState before, JsonBody change) {
        long lastId = change.id("lastId").orElse(before.lastId());
        long maxId = change.id("maxId").orElse(before.maxId());
        boolean paused = change.bool("paused").orElse(before.paused());
        try {
            TagState moved = before.forward(lastId, maxId);
            return new TagState(moved.name(), moved.lastId(), moved.maxId(), moved.reset(), paused, moved.revision());
        } catch (IllegalArgumentException e) {
            throw Problem.of(ProblemType.INVALID_BOUNDS, String.valueOf(e.getMessage()))
                    .thrown();
        }
    }

    private TagAdmin admin() {
        if (store instanceof TagAdmin admin) {
            return admin;
        }
        throw Problem.of(ProblemType.NOT_IMPLEMENTED, "the store's tables keep no revisions of tags")
                .thrown();
    }

    private static TagState known(String tag, Optional<TagState> found) {
        return found.orElseThrow(() -> TagRoutes.unknown(tag));
    }

    private <T> void answer(HttpServerRequest request, String what, CompletionStage<T> asked, Consumer<T> answer) {
        calls.answer(request, what, asked, StoreCalls.WAIT, answer);
    }

    private static void answer(HttpServerRequest request, TagState tag) {
        JsonReplies.answer(request.response(), tag.revision(), json -> write(json, tag));
    }

    private static void write(JsonGenerator json, TagState tag) throws IOException {
        json.writeStringField("name", tag.name());
        json.writeStringField("lastId", Long.toString(tag.lastId()));
        json.writeStringField("maxId", Long.toString(tag.maxId()));
        json.writeStringField("remaining", Long.toString(tag.remaining()));
        json.writeBooleanField("paused", tag.paused());
        json.writeStringField("reset", tag.reset().map(ResetPeriod::text).orElse(null));
        json.writeStringField("revision", Long.toString(tag.revision()));
    }
}
