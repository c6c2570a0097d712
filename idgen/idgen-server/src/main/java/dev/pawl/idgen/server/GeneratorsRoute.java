package dev.pawl.idgen.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.layout.IdField;
import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.segment.SegmentGenerator;
import dev.pawl.idgen.segment.SegmentStats;
import dev.pawl.idgen.snowflake.SnowflakeGenerator;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;

/**
 * Lists the generators that a key is let in for, with what can be seen of each now; a rate is left to whoever asks twice.
 */
final class GeneratorsRoute {

    private final Generators generators;

    GeneratorsRoute(Generators generators) {
        this.generators = generators;
    }

    void list(RoutingContext ctx) {
        Query.parse(ctx.request().query(), Set.of());
        JsonReplies.require(ctx.request());
        Key key = PathRoute.key(ctx);
        JsonReplies.answer(ctx, json -> {
            json.writeArrayFieldStart("generators");
            for (ServedGenerator served : generators.all()) {
                if (key.reaches(served.name())) {
                    json.writeStartObject();
                    write(served, key, json);
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
        });
    }

    private static void write(ServedGenerator served, Key key, JsonGenerator json) throws IOException {
        json.writeStringField("name", served.name());
        json.writeStringField("kind", served.kind().toString());
        json.writeBooleanField("encoded", served.encoding().isPresent());
        json.writeBooleanField("ready", served.insight().ready().getAsBoolean());
        json.writeNumberField("generated", served.generated());
        Guarantee guarantee = served.generator().guarantee();
        json.writeObjectFieldStart("guarantee");
        json.writeStringField("level", guarantee.level().name().toLowerCase(Locale.ROOT));
        // It names the store's host or folder.
        if (key.has(Scope.ADMIN_READ)) {
            json.writeStringField("scope", guarantee.scope());
        }
        json.writeEndObject();
        if (served.ranges().isPresent()) {
            json.writeStringField("tag", served.ranges().get().tag());
        }
        if (served.generator() instanceof SegmentGenerator segments) {
            SegmentStats stats = segments.stats();
            json.writeNumberField("atHand", stats.remaining());
            json.writeNumberField("step", stats.step());
        }
        if (served.generator() instanceof SnowflakeGenerator snowflake) {
            json.writeNumberField("workerId", snowflake.workerId());
            json.writeStringField("window", snowflake.windowRemaining().toString());
        }
        if (served.layout().isPresent()) {
            write(served.layout().get(), json);
        }
    }

    private static void write(IdLayout layout, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("layout");
        json.writeStringField("tickLength", layout.tickLength().toString());
        json.writeStringField("epoch", layout.epoch().toString());
        json.writeStringField("endOfLife", layout.endOfLife().toString());
        json.writeArrayFieldStart("fields");
        for (IdField field : layout.fields()) {
            json.writeStartObject();
            json.writeStringField("name", field.name());
            json.writeStringField("kind", field.kind().name().toLowerCase(Locale.ROOT));
            json.writeNumberField("bits", field.bits());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
