package dev.pawl.idgen.server;

import dev.pawl.common.Ticker;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line for every request when its answer is out: method, path, status, microseconds and the key's name. Stands
 * in front of the routes where it is switched on, and nowhere else. Confined to its event loop.
 */
final class AccessLog implements Handler<HttpServerRequest> {

    /** Part of the service's interface: operators send it where they like by this name. */
    private static final Logger LOG = LoggerFactory.getLogger("dev.pawl.access");

    private final Handler<HttpServerRequest> routes;
    private final Access access;
    private final Ticker ticker;

    /** One request. Its key is known once the routes return, its end may come before or after. */
    private static final class Line {
        private Optional<Key> key = Optional.empty();
        private boolean routed;
        private boolean ended;
    }

    AccessLog(Handler<HttpServerRequest> routes, Access access, Ticker ticker) {
        this.routes = routes;
        this.access = access;
        this.ticker = ticker;
    }

    @Override
    public void handle(HttpServerRequest request) {
        long start = ticker.nanos();
        Line line = new Line();
        // The one for an answer that is out, the other for a client that went before.
        request.response()
                .endHandler(end -> ended(request, line, start))
                .closeHandler(end -> ended(request, line, start));
        access.takeNewest();
        routes.handle(request);
        line.key = access.takeNewest();
        line.routed = true;
        if (line.ended) {
            write(request, line, start);
        }
    }

    private void ended(HttpServerRequest request, Line line, long start) {
        if (line.routed && !line.ended) {
            write(request, line, start);
        }
        line.ended = true;
    }

    private void write(HttpServerRequest request, Line line, long start) {
        LOG.info(
                "method={} path={} status={} micros={} key={}",
                Shown.of(request.method().name()),
                Shown.path(request.path()),
                request.response().ended() ? request.response().getStatusCode() : "none",
                (ticker.nanos() - start) / 1000,
                line.key.map(Key::name).orElse("-"));
    }
}
