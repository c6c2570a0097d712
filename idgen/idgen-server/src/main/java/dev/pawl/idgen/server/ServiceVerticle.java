package dev.pawl.idgen.server;

import dev.pawl.common.Ticker;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
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
        addStoreRoutes(routes, new Bodies(access, connections));
        addConsole(routes);
        addDropIns(routes, calls);
        HttpServerOptions options = new HttpServerOptions()
                .setHttp2ClearTextEnabled(false)
                .setStrictThreadMode(true)
                .setTcpNoDelay(true);
        http.tls().ifPresent(tls -> options.setSsl(true).setUseAlpn(false).setKeyCertOptions(tls.options()));
        server = vertx.createHttpServer(options)
                .requestHandler(logged(hot))
                .invalidRequestHandler(logged(this::invalid))
                .connectionHandler(connections::opened);
        // Port 0 is one free port for all event loops, not one for each.
        SocketAddress address = http.port() == 0
                ? SocketAddress.sharedRandomPort(1, http.host())
                : SocketAddress.inetSocketAddress(http.port(), http.host());
        return server.listen(address).onSuccess(listening -> service.listening(listening, routes.paths()));
    }

    private Handler<HttpServerRequest> logged(Handler<HttpServerRequest> handler) {
        return service.http().accessLog() ? new AccessLog(handler, access, Ticker.system()) : handler;
    }

    private void addRoutes(Routes routes, IdRoutes ids) {
        routes.get("/v1/generators/:name/ids/next", Scope.IDS_READ, ids::next)
                .on("/v1/generators/:name/ids", HttpMethod.POST, Scope.IDS_READ, ids::many)
                .get("/v1/generators/:name/ids/:id", Scope.IDS_READ, ids::decode)
                .get("/v1/generators/:name/bounds", Scope.IDS_READ, ids::bounds)
                .get("/metrics", Scope.ADMIN_READ, plain(service.metricsRoute()::scrape))
                .open("/livez", plain(service.health()::live))
                .open("/readyz", plain(service.health()::ready))
                .open("/", plain(ctx -> service.pages().serve(ctx, "index.html")))
                .open("/style.css", plain(ctx -> service.pages().serve(ctx, "style.css")))
                .open("/openapi.yaml", plain(ctx -> service.pages().serve(ctx, "openapi.yaml")));
    }

    private void addStoreRoutes(Routes routes, Bodies bodies) {
        Stores stores = service.stores();
        StoreCalls calls = new StoreCalls(context, access);
        Clock clock = Clock.systemUTC();
        TagRoutes segments = new TagRoutes(
                stores.segments(), service.granted(), new TagRanges(stores.segments(), clock), bodies, calls);
        AdminTagRoutes tags = new AdminTagRoutes(stores.segments(), bodies, calls);
        AdminWorkerRoutes workers = new AdminWorkerRoutes(
                stores.workers(), new WorkerSpaces(service.generators().all()), clock, calls);
        routes.on("/v1/tags/:tag/segments", HttpMethod.POST, Scope.IDS_READ, segments::reserve)
                .on("/v1/tags/:tag/segments/:revision", HttpMethod.DELETE, Scope.IDS_READ, segments::giveBack)
                .get("/admin/v1/tags", Scope.ADMIN_READ, tags::list)
                .get("/admin/v1/tags/:tag", Scope.ADMIN_READ, tags::get)
                .on("/admin/v1/tags/:tag", HttpMethod.PUT, Scope.TAGS_WRITE, tags::put)
                .get("/admin/v1/workers", Scope.ADMIN_READ, workers::list)
                .on("/admin/v1/workers/:space/:workerId/revoke", HttpMethod.POST, Scope.TAGS_WRITE, workers::revoke);
    }

    private void addConsole(Routes routes) {
        routes.get("/v1/generators", Scope.IDS_READ, new GeneratorsRoute(service.generators())::list)
                .open("/console/:file", plain(service.pages()::console));
    }

    private void addDropIns(Routes routes, IdCalls calls) {
        DropIn dropIn = service.http().dropIn();
        if (dropIn.leaf()) {
            new LeafRoutes(service.generators(), calls).addTo(routes);
        }
        if (dropIn.tinyid()) {
            TagRanges ranges = new TagRanges(service.stores().segments(), Clock.systemUTC());
            new TinyidRoutes(service.generators(), ranges, access, context).addTo(routes);
        }
    }

    /** A route that has no parameters at all. */
    private static Handler<RoutingContext> plain(Handler<RoutingContext> handler) {
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
