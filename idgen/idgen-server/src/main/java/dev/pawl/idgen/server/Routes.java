package dev.pawl.idgen.server;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All routes but the shortcut of {@link HotRoutes}: which path takes which method and demands which scope, and what
 * HTTP wants where none fits. Confined to its event loop.
 */
final class Routes implements Handler<HttpServerRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

    /** Methods that HTTP knows; any other is not implemented. */
    private static final Set<HttpMethod> KNOWN = Set.of(
            HttpMethod.GET,
            HttpMethod.HEAD,
            HttpMethod.POST,
            HttpMethod.PUT,
            HttpMethod.DELETE,
            HttpMethod.PATCH,
            HttpMethod.OPTIONS,
            HttpMethod.TRACE,
            HttpMethod.CONNECT);

    /** Below these nothing is told without a key, not even that there is nothing. */
    private static final Pattern KEYED = Pattern.compile("/(v1|admin)/");

    private final Router router;
    private final Access access;
    private final Map<String, PathRoute> paths = new LinkedHashMap<>();

    Routes(Vertx vertx, Access access) {
        this.router = Router.router(vertx);
        this.access = access;
        for (int status : new int[] {400, 404, 405, 406, 413, 414, 415, 500}) {
            router.errorHandler(status, this::failed);
        }
    }

    /** A path that answers GET and HEAD to everybody. */
    Routes open(String path, Handler<RoutingContext> handler) {
        return on(path, HttpMethod.GET, Optional.empty(), handler);
    }

    /** A path that answers GET and HEAD to keys of a scope. */
    Routes get(String path, Scope scope, Handler<RoutingContext> handler) {
        return on(path, HttpMethod.GET, Optional.of(scope), handler);
    }

    /** A path that answers another method to keys of a scope. */
    Routes on(String path, HttpMethod method, Scope scope, Handler<RoutingContext> handler) {
        return on(path, method, Optional.of(scope), handler);
    }

    /** A path that answers another method to everybody. */
    Routes open(String path, HttpMethod method, Handler<RoutingContext> handler) {
        return on(path, method, Optional.empty(), handler);
    }

    private Routes on(String path, HttpMethod method, Optional<Scope> scope, Handler<RoutingContext> handler) {
        PathRoute route = paths.get(path);
        if (route == null) {
            route = new PathRoute(access);
            paths.put(path, route);
            router.route(path).handler(route);
        }
        route.on(method, scope, handler);
        return this;
    }

    /** The paths there are, parameters as {@code :name}. */
    Set<String> paths() {
        return Set.copyOf(paths.keySet());
    }

    @Override
    public void handle(HttpServerRequest request) {
        access.metrics().otherRequests.increment();
        HttpMethod method = request.method();
        if (HttpVersion.HTTP_1_1.equals(request.version())
                && request.headers().getAll(HttpHeaders.HOST).size() != 1) {
            fail(request, Problem.of(ProblemType.MALFORMED_REQUEST, "the header Host must be given once"));
        } else if (!KNOWN.contains(method)) {
            fail(
                    request,
                    Problem.of(
                            ProblemType.NOT_IMPLEMENTED, "the method is not known: method=" + Shown.of(method.name())));
        } else if (method.equals(HttpMethod.OPTIONS) && request.uri().equals("*")) {
            request.response()
                    .putHeader(Replies.ALLOW, "DELETE, GET, HEAD, OPTIONS, POST, PUT")
                    .setStatusCode(204)
                    .end();
        } else if (request.path() == null || !request.path().startsWith("/")) {
            fail(request, Problem.of(ProblemType.MALFORMED_REQUEST, "the target must be a path"));
        } else if (!escapesAreWellFormed(request.path())) {
            fail(
                    request,
                    Problem.of(
                            ProblemType.MALFORMED_REQUEST, "an escape must be % and two hexadecimal digits, in UTF-8"));
        } else {
            router.handle(request);
        }
    }

    private static boolean escapesAreWellFormed(String path) {
        if (path.indexOf('%') < 0) {
            return true;
        }
        try {
            return URLDecoder.decode(path, StandardCharsets.UTF_8).indexOf('\ufffd') < 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void failed(RoutingContext ctx) {
        if (ctx.failure() instanceof ProblemException e) {
            fail(ctx.request(), e.problem());
        } else if (ctx.statusCode() == 404) {
            try {
                if (KEYED.matcher(ctx.normalizedPath()).lookingAt()) {
                    access.identify(ctx.request());
                }
                fail(
                        ctx.request(),
                        Problem.of(
                                ProblemType.NOT_FOUND, "there is no such path; the page at the root shows the calls"));
            } catch (ProblemException e) {
                fail(ctx.request(), e.problem());
            }
        } else {
            LOG.error("A request failed in an unexpected way: status={}", ctx.statusCode(), ctx.failure());
            fail(ctx.request(), Problem.of(ProblemType.INTERNAL, "the failure is in the log of the service"));
        }
    }

    private void fail(HttpServerRequest request, Problem problem) {
        access.fail(request, problem);
    }
}
