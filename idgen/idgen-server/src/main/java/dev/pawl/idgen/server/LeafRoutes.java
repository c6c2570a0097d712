package dev.pawl.idgen.server;

import dev.pawl.idgen.server.ServedGenerator.Kind;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.Set;

/**
 * The two calls of a Leaf server: an id as bare digits. Where Leaf answers every failure by 500, these answer as the
 * other calls do. Confined to its event loop.
 */
final class LeafRoutes {

    private final Generators generators;
    private final IdCalls calls;

    LeafRoutes(Generators generators, IdCalls calls) {
        this.generators = generators;
        this.calls = calls;
    }

    void addTo(Routes routes) {
        for (HttpMethod method : Set.of(HttpMethod.GET, HttpMethod.POST)) {
            routes.on("/api/segment/get/:name", method, Scope.IDS_READ, ctx -> next(ctx, true))
                    .on("/api/snowflake/get/:name", method, Scope.IDS_READ, ctx -> next(ctx, false));
        }
    }

    private void next(RoutingContext ctx, boolean segment) {
        Query.parse(ctx.request().query(), Set.of());
        String name = Objects.requireNonNull(ctx.pathParam("name"));
        ServedGenerator served = generators.require(name);
        if (segment != (served.kind() == Kind.SEGMENT)) {
            throw Problem.of(
                            ProblemType.UNKNOWN_GENERATOR,
                            "this call is not for the kind " + served.kind() + ": generator=" + name)
                    .thrown();
        }
        served.requireNumbers();
        if (ctx.request().method().equals(HttpMethod.HEAD)) {
            Replies.noId(ctx.response(), IdFormat.TEXT);
        } else {
            calls.next(ctx.request(), served, IdFormat.TEXT);
        }
    }
}
