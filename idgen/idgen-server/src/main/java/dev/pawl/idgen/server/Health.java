package dev.pawl.idgen.server;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Says whether the process lives, and whether it can give ids. */
final class Health {

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final Buffer OK = Buffer.buffer("ok\n");

    private final Generators generators;
    private final ServiceState state;

    Health(Generators generators, ServiceState state) {
        this.generators = generators;
        this.state = state;
    }

    void live(RoutingContext ctx) {
        Replies.body(ctx.response(), TEXT, OK);
    }

    void ready(RoutingContext ctx) {
        if (state.draining()) {
            throw Problem.retry(ProblemType.DRAINING, "the service is stopping", 5)
                    .thrown();
        }
        List<String> notReady = generators.notReady();
        if (!notReady.isEmpty()) {
            throw Problem.retry(
                            ProblemType.STORE_UNAVAILABLE,
                            "these generators have no id at hand: generators=" + String.join(",", notReady),
                            1)
                    .thrown();
        }
        Replies.body(ctx.response(), TEXT, OK);
    }
}
