package dev.pawl.idgen.server;

import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.server.ServedGenerator.Insight;
import dev.pawl.idgen.server.ServedGenerator.Kind;
import dev.pawl.idgen.server.ServedGenerator.Offer;
import dev.pawl.idgen.server.ServedGenerator.Ranges;
import dev.pawl.idgen.snowflake.SnowflakeGenerator;
import dev.pawl.idgen.snowflake.WorkerIds;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.store.InMemorySegmentStore;
import dev.pawl.idgen.store.InMemoryWorkerLeaseStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The service in this JVM on a free port: {@code orders} does as a test tells it to, {@code snowflake} is a real one. */
final class TestService implements AutoCloseable {

    final ScriptedGenerator orders = new ScriptedGenerator();
    final InMemorySegmentStore segments = new InMemorySegmentStore();
    final InMemoryWorkerLeaseStore workers = new InMemoryWorkerLeaseStore();
    final ServiceServer server;
    final Rest rest;

    private TestService(HttpSettings http, List<Key> keys) {
        this(http, keys, UnaryOperator.identity());
    }

    private TestService(HttpSettings http, List<Key> keys, UnaryOperator<Stores> stores) {
        segments.create(SegmentTag.of("orders"));
        SnowflakeGenerator snowflake = SnowflakeGenerator.builder(
                        WorkerIds.leased(workers, "snowflakes").withHint(5))
                .build();
        Generators generators = new Generators(List.of(
                new ServedGenerator(
                                "orders",
                                Kind.SEGMENT,
                                orders,
                                Optional.empty(),
                                new Insight(orders::ready, List.of(), Duration.ofSeconds(2), Optional.empty()),
                                new GeneratorEvents())
                        .offering(new Offer(Optional.empty(), Optional.of(new Ranges("orders", 100)))),
                new ServedGenerator(
                        "snowflake",
                        Kind.SNOWFLAKE,
                        snowflake,
                        Optional.of(IdLayout.SNOWFLAKE),
                        new Insight(
                                () -> true,
                                List.of(),
                                Duration.ofSeconds(2),
                                Optional.of(new WorkerSpaces.Lease("snowflakes", snowflake::workerId))),
                        new GeneratorEvents())));
        server = ServiceServer.start(
                ServiceServer.engine(),
                http,
                generators,
                new ApiKeys(keys),
                stores.apply(Stores.of(segments, workers)));
        rest = new Rest(server.port());
    }

    static TestService start() {
        return withKeys();
    }

    static TestService withKeys(Key... keys) {
        return new TestService(settings(Optional.empty(), false), List.of(keys));
    }

    /** Operators' calls go through other stores; the generators keep the plain ones. */
    static TestService withStores(UnaryOperator<Stores> stores) {
        return new TestService(settings(Optional.empty(), false), List.of(), stores);
    }

    static TestService withTls(Tls tls) {
        return new TestService(settings(Optional.of(tls), false), List.of());
    }

    static TestService withAccessLog(Key... keys) {
        return new TestService(settings(Optional.empty(), true), List.of(keys));
    }

    static TestService withTimeouts(Duration idle, Duration body, Duration drain) {
        return new TestService(
                new HttpSettings("127.0.0.1", 0, idle, body, drain, Optional.empty(), false, DropIn.NONE), List.of());
    }

    private static HttpSettings settings(Optional<Tls> tls, boolean accessLog) {
        Duration ten = Duration.ofSeconds(10);
        return new HttpSettings(
                "127.0.0.1", 0, Duration.ofSeconds(60), ten, ten, tls, accessLog, new DropIn(true, true));
    }

    /** A key whose secret is its name. */
    static Key key(String name, Set<Scope> scopes, String... names) {
        return new Key(name, ApiKeys.hash(name), scopes, Names.of(List.of(names)), Optional.empty());
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
    }
}
