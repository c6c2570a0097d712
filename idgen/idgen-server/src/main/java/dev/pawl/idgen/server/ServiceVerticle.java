package dev.pawl.idgen.server;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.Set;

/** One event loop of the service: its own listener, its own routes, its own buffers. */
final class ServiceVerticle extends VerticleBase {

    private final ServiceServer service;
    private final Access access;
    private HttpServer server;

    @SuppressWarnings("NullAway.Init") // Vert.x calls start before anything else
    ServiceVerticle(ServiceServer service, Access access) {
        this.service = service;
        this.access = access;
    }

    @Override
    public Future<?> start() {
        HttpSettings http = service.http();
        ServiceMetrics metrics = access.metrics();
        Connections connections = new Connections(vertx, http.idleTimeout(), http.bodyTimeout(), metrics);
        IdCalls calls = new IdCalls(context, metrics);
        Routes routes = new Routes(vertx, access);
        HotRoutes hot = new HotRoutes(service.generators(), calls, access, connections, routes);
        addRoutes(routes, new IdRoutes(service.generators(), calls, hot));
        HttpServerOptions options = new HttpServerOptions()
                .setHttp2ClearTextEnabled(false)
                .setStrictThreadMode(true)
                .setTcpNoDelay(true);
        server = vertx.createHttpServer(options)
                .requestHandler(hot)
                .invalidRequestHandler(this::invalid)
                .connectionHandler(connections::opened);
        // Port 0 is one free port for all event loops, not one for each.
        SocketAddress address = http.port() == 0
                ? SocketAddress.sharedRandomPort(1, http.host())
                : SocketAddress.inetSocketAddress(http.port(), http.host());
        return server.listen(address).onSuccess(listening -> service.listening(listening.actualPort(), routes.paths()));
    }

    private void addRoutes(Routes routes, IdRoutes ids) {
        routes.get("/v1/generators/:name/ids/next", true, ids::next)
                .post("/v1/generators/:name/ids", true, ids::many)
                .get("/v1/generators/:name/ids/:id", true, ids::decode)
                .get("/v1/generators/:name/bounds", true, ids::bounds)
                .get("/livez", false, plain(service.health()::live))
                .get("/readyz", false, plain(service.health()::ready))
                .get("/metrics", true, plain(service.metricsRoute()::scrape))
                .get("/", false, plain(ctx -> service.pages().serve(ctx, "index.html")))
                .get("/style.css", false, plain(ctx -> service.pages().serve(ctx, "style.css")))
                .get("/openapi.yaml", false, plain(ctx -> service.pages().serve(ctx, "openapi.yaml")));
    }

    /** A route that has no parameters at all. */
    private static io.vertx.core.Handler<io.vertx.ext.web.RoutingContext> plain(
            io.vertx.core.Handler<io.vertx.ext.web.RoutingContext> handler) {
        return ctx -> {
            Query.parse(ctx.request().query(), Set.of());
            handler.handle(ctx);
        };
    }

    /** Answers what is not HTTP; the connection cannot be used any more. */
    private void invalid(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        Problem problem;
        if (cause instanceof TooLongHttpLineException) {
            problem = Problem.of(
                    ProblemType.URI_TOO_LONG,
                    "the request line must have at most " + HttpServerOptions.DEFAULT_MAX_INITIAL_LINE_LENGTH
                            + " bytes");
        } else if (cause instanceof TooLongHttpHeaderException) {
            problem = Problem.of(
                    ProblemType.HEADERS_TOO_LARGE,
                    "the header fields must have at most " + HttpServerOptions.DEFAULT_MAX_HEADER_SIZE + " bytes");
        } else {
            problem = Problem.of(ProblemType.MALFORMED_REQUEST, "the request must be well-formed HTTP 1.1");
        }
        access.metrics().count(problem);
        Replies.lastProblem(request, problem);
        request.connection().close();
    }

    @Override
    public Future<?> stop() {
        return server.shutdown(service.http().drainTimeout());
    }
}
