package dev.pawl.idgen.server;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
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
    private final Stores stores;
    private final Granted granted = new Granted();
    private final ServiceState state = new ServiceState();
    private final Health health;
    private final MetricsRoute metricsRoute;
    private final Pages pages = new Pages();
    private volatile @Nullable HttpServer server;
    private volatile Set<String> routes = Set.of();

    private ServiceServer(
            Vertx vertx, HttpSettings http, Generators generators, Stores stores, MetricsRoute metricsRoute) {
        this.vertx = vertx;
        this.http = http;
        this.generators = generators;
        this.stores = stores;
        this.health = new Health(generators, state);
        this.metricsRoute = metricsRoute;
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
    static ServiceServer start(Vertx vertx, HttpSettings http, Generators generators, ApiKeys keys, Stores stores) {
        ServiceMetrics metrics = new ServiceMetrics();
        ServiceServer service =
                new ServiceServer(vertx, http, generators, stores, new MetricsRoute(generators, keys, metrics));
        DeploymentOptions options =
                new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors());
        try {
            vertx.deployVerticle(() -> new ServiceVerticle(service, new Access(keys, metrics)), options)
                    .await(30, TimeUnit.SECONDS);
        } catch (Exception e) { // Vert.x throws what the listener threw, checked or not
            LOG.debug("The service cannot listen", e);
            throw new StartException("cannot listen: pawl.http.host=" + http.host() + ", pawl.http.port=" + http.port()
                    + " (" + reason(e) + ")");
        }
        if (http.tls().isPresent()) {
            vertx.setPeriodic(TlsReload.PERIOD.toMillis(), timer -> service.reloadTls());
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

    Stores stores() {
        return stores;
    }

    Granted granted() {
        return granted;
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

    /** One event loop listens; they all share what is set of any. */
    void listening(HttpServer listening, Set<String> paths) {
        server = listening;
        routes = paths;
    }

    /** Looks at the files of the certificate, beside the event loops. */
    void reloadTls() {
        HttpServer listening = server;
        if (listening != null) {
            http.tls().ifPresent(tls -> TlsReload.look(vertx, listening, tls));
        }
    }

    /** The paths that are served. */
    Set<String> routes() {
        return routes;
    }

    /** The port that is listened on. */
    int port() {
        HttpServer listening = server;
        return listening == null ? 0 : listening.actualPort();
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
