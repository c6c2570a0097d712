package dev.pawl.idgen.server;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One path: which methods it takes, and what a key needs for each. Every parameter that is a name is held against the
 * names that the key is let in for, here and not in the calls, so that none can forget it. Confined to its event loop.
 */
final class PathRoute implements Handler<RoutingContext> {

    /** Path parameters that name a generator, a tag or a worker-id space. */
    private static final List<String> NAMES = List.of("name", "tag", "space");

    private static final String KEY = "pawl.key";

    private final Access access;
    private final Map<HttpMethod, Call> calls = new HashMap<>();

    /** A call, and the scope that it demands; open to all where there is none. */
    private record Call(Optional<Scope> scope, Handler<RoutingContext> handler) {}

    PathRoute(Access access) {
        this.access = access;
    }

    /** Takes a method; HEAD is taken wherever GET is. */
    void on(HttpMethod method, Optional<Scope> scope, Handler<RoutingContext> handler) {
        Call call = new Call(scope, handler);
        calls.put(method, call);
        if (method.equals(HttpMethod.GET)) {
            calls.put(HttpMethod.HEAD, call);
        }
    }

    /** The key that a request was let in by. */
    static Key key(RoutingContext ctx) {
        return Objects.requireNonNull(ctx.get(KEY));
    }

    @Override
    public void handle(RoutingContext ctx) {
        HttpMethod asked = ctx.request().method();
        if (asked.equals(HttpMethod.OPTIONS)) {
            ctx.response().putHeader(Replies.ALLOW, allow()).setStatusCode(204).end();
            return;
        }
        Call call = calls.get(asked);
        if (call == null) {
            if (calls.values().stream().anyMatch(one -> one.scope().isPresent())) {
                access.identify(ctx.request());
            }
            ctx.response().putHeader(Replies.ALLOW, allow());
            throw Problem.of(
                            ProblemType.METHOD_NOT_ALLOWED,
                            "the method must be one of " + allow() + ": method=" + Shown.of(asked.name()))
                    .thrown();
        }
        call.scope().ifPresent(scope -> require(ctx, scope));
        call.handler().handle(ctx);
    }

    private void require(RoutingContext ctx, Scope scope) {
        Key key = access.identify(ctx.request());
        Access.require(key, scope);
        for (String parameter : NAMES) {
            String name = ctx.pathParam(parameter);
            if (name != null) {
                Access.requireName(key, name);
            }
        }
        ctx.put(KEY, key);
    }

    private String allow() {
        return Stream.concat(calls.keySet().stream(), Stream.of(HttpMethod.OPTIONS))
                .map(HttpMethod::name)
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
