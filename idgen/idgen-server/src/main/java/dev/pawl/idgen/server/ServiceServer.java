package dev.pawl.idgen.server;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service over generators that exist: listens on one event loop per core, and stops in order - readiness down, no
 * new connections, open requests finished, generators closed with their marks written.
 */
final class ServiceServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceServer.class);

    private final Vertx vertx;
    private final HttpSettings http;
    private final Generators generators;
    private final ServiceState state = new ServiceState();
    private final Health health;
    private final MetricsRoute metricsRoute;
    private final Pages pages = new Pages();
    private volatile int port;
    private volatile Set<String> routes = Set.of();

    private ServiceServer(Vertx vertx, HttpSettings http, Generators generators, ServiceMetrics metrics) {
        this.vertx = vertx;
        this.http = http;
        this.generators = generators;
        this.health = new Health(generators, state);
        this.metricsRoute = new MetricsRoute(generators, metrics);
    }

    /** Makes the engine, which takes a while and needs nothing of the configuration. */
    static Vertx engine() {
        return Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors())
                .setWorkerPoolSize(4)
                .setInternalBlockingPoolSize(4)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
    }

    /**
     * Starts to listen; blocks until it does.
     *
     * @throws StartException if the address cannot be listened on
     */
    static ServiceServer start(Vertx vertx, HttpSettings http, Generators generators, ApiKeys keys) {
        ServiceMetrics metrics = new ServiceMetrics();
        ServiceServer service = new ServiceServer(vertx, http, generators, metrics);
        Access access = new Access(keys, metrics);
        DeploymentOptions options =
                new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors());
        try {
            vertx.deployVerticle(() -> new ServiceVerticle(service, access), options)
                    .await(30, TimeUnit.SECONDS);
        } catch (Exception e) { // Vert.x throws what the listener threw, checked or not
            LOG.debug("The service cannot listen", e);
            throw new StartException("cannot listen: pawl.http.host=" + http.host() + ", pawl.http.port=" + http.port()
                    + " (" + reason(e) + ")");
        }
        return service;
    }

    private static String reason(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    HttpSettings http() {
        return http;
    }

    Generators generators() {
        return generators;
    }

    Health health() {
        return health;
    }

    MetricsRoute metricsRoute() {
        return metricsRoute;
    }

    Pages pages() {
        return pages;
    }

    void listening(int actualPort, Set<String> paths) {
        port = actualPort;
        routes = paths;
    }

    /** The paths that are served. */
    Set<String> routes() {
        return routes;
    }

    /** The port that is listened on. */
    int port() {
        return port;
    }

    /** Takes readiness down and goes on serving. */
    void drain() {
        state.drain();
    }

    /** Stops in order; blocks for at most the drain timeout and what the generators take. */
    @Override
    public void close() {
        drain();
        try {
            vertx.close().await(http.drainTimeout().toMillis() + 1000, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("Open requests did not finish in time: drainTimeout={}", http.drainTimeout());
        }
        metricsRoute.close();
        generators.close();
    }
}
