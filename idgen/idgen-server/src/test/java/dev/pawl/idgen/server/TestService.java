package dev.pawl.idgen.server;

import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.server.ServedGenerator.Insight;
import dev.pawl.idgen.server.ServedGenerator.Kind;
import dev.pawl.idgen.snowflake.SnowflakeGenerator;
import dev.pawl.idgen.snowflake.WorkerIds;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The service in this JVM on a free port: {@code orders} does as a test tells it to, {@code snowflake} is a real one. */
final class TestService implements AutoCloseable {

    final ScriptedGenerator orders = new ScriptedGenerator();
    final ServiceServer server;
    final Rest rest;

    private TestService(Duration idle, Duration body, Duration drain, List<byte[]> keys) {
        SnowflakeGenerator snowflake =
                SnowflakeGenerator.builder(WorkerIds.fixed(5)).build();
        Generators generators = new Generators(List.of(
                new ServedGenerator(
                        "orders",
                        Kind.SEGMENT,
                        orders,
                        Optional.empty(),
                        new Insight(orders::ready, List.of(), Duration.ofSeconds(2)),
                        new GeneratorEvents()),
                new ServedGenerator(
                        "snowflake",
                        Kind.SNOWFLAKE,
                        snowflake,
                        Optional.of(IdLayout.SNOWFLAKE),
                        new Insight(() -> true, List.of(), Duration.ofSeconds(2)),
                        new GeneratorEvents())));
        Vertx vertx = ServiceServer.engine();
        server = ServiceServer.start(
                vertx, new HttpSettings("127.0.0.1", 0, idle, body, drain), generators, new ApiKeys(keys));
        rest = new Rest(server.port());
    }

    static TestService start() {
        return new TestService(Duration.ofSeconds(60), Duration.ofSeconds(10), Duration.ofSeconds(10), List.of());
    }

    static TestService withKeys(List<byte[]> keys) {
        return new TestService(Duration.ofSeconds(60), Duration.ofSeconds(10), Duration.ofSeconds(10), keys);
    }

    static TestService withTimeouts(Duration idle, Duration body, Duration drain) {
        return new TestService(idle, body, drain, List.of());
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
    }
}
