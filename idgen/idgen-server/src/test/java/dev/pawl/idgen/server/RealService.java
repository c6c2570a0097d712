package dev.pawl.idgen.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** The service as it is configured and started, in this JVM, on a free port, with its embedded store in a folder. */
final class RealService implements AutoCloseable {

    final Rest rest;
    private final Stores stores;
    private final ServiceServer server;

    private RealService(Stores stores, ServiceServer server) {
        this.stores = stores;
        this.server = server;
        this.rest = new Rest(server.port());
    }

    static RealService start(Path folder, String yaml) throws IOException {
        Path file = folder.resolve("pawl.yaml");
        Files.writeString(file, yaml);
        ServiceConfig config = ConfigLoader.load(Optional.of(file), Map.of("PORT", "0"), folder);
        Stores stores = Stores.open(config);
        Generators generators = new GeneratorFactory(stores, Clock.systemUTC()).make(config.generators());
        ServiceServer server = ServiceServer.start(
                ServiceServer.engine(), config.http(), generators, new ApiKeys(config.apiKeys()), stores);
        return new RealService(stores, server);
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.port() + path;
    }

    @Override
    public void close() {
        server.close();
        stores.close();
    }
}
