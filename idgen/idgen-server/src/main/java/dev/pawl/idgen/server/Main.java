package dev.pawl.idgen.server;

import io.vertx.core.Vertx;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the id service. Exit codes: 0 after a clean stop (SIGTERM, SIGINT), 1 if the world does not allow the start
 * (port taken, store not reachable), 2 if the command line or the configuration is wrong.
 */
public final class Main {

    private static final String USAGE = """
            Usage: java -jar pawl-idgen-server.jar [--config FILE]
                   java -jar pawl-idgen-server.jar --new-key | --help

              --config FILE  the configuration; else the variable PAWL_CONFIG, else ./pawl.yaml if it is there
              --new-key      makes an API key and prints it with the hash that goes into pawl.api-keys
              PORT           the variable that sets the port, 8080 if not set""";

    private Main() {}

    /**
     * Starts the service in the foreground.
     *
     * @param args see {@code --help}
     */
    @SuppressWarnings("SystemOut") // a command's output and its errors
    public static void main(String[] args) {
        try {
            run(args);
        } catch (StartException e) {
            System.err.println("pawl: " + e.getMessage());
            System.err.flush();
            Runtime.getRuntime().halt(e.exitCode());
        }
    }

    @SuppressWarnings("SystemOut")
    private static void run(String[] args) {
        String command = args.length == 0 ? "" : args[0];
        switch (command) {
            case "--new-key" -> {
                requireLength(args, 1);
                ApiKeys.newKey().forEach(System.out::println);
            }
            case "--help" -> {
                requireLength(args, 1);
                System.out.println(USAGE);
            }
            case "--config" -> {
                requireLength(args, 2);
                serve(Optional.of(path(args[1])));
            }
            case "" -> {
                requireLength(args, 0);
                serve(Optional.empty());
            }
            default ->
                throw StartException.configuration(
                        "the argument is not known, see --help: argument=" + Shown.of(command));
        }
    }

    private static void requireLength(String[] args, int length) {
        if (args.length != length) {
            throw StartException.configuration("wrong number of arguments, see --help: arguments=" + args.length);
        }
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw StartException.configuration("--config must name a file: file=" + Shown.of(text));
        }
    }

    private static void serve(Optional<Path> file) {
        // Answers' fixed headers are rendered once; Vert.x reads this when its classes load.
        System.setProperty("vertx.cacheImmutableHttpResponseHeaders", "true");
        CompletableFuture<Vertx> engine = CompletableFuture.supplyAsync(ServiceServer::engine);
        ServiceConfig config = ConfigLoader.load(file, System.getenv(), Path.of(""));
        Stores stores = Stores.open(config);
        ServiceServer service;
        try {
            Generators generators = new GeneratorFactory(stores, Clock.systemUTC()).make(config.generators());
            try {
                service = ServiceServer.start(
                        engine.join(), config.http(), generators, new ApiKeys(config.apiKeys()), stores);
            } catch (StartException e) {
                generators.close();
                throw e;
            }
        } catch (StartException e) {
            stores.close();
            throw e;
        }
        stopAtTheEnd(service, stores);
        Logger log = LoggerFactory.getLogger(Main.class);
        log.info(
                "Ids at {}://{}:{}/ from {}",
                config.http().tls().isPresent() ? "https" : "http",
                config.http().host(),
                service.port(),
                config.generators().stream().map(GeneratorConfig::name).collect(Collectors.joining(", ")));
    }

    /**
     * Ends with 0 when all was written, which the JVM alone would not do after a signal: it would answer 143 for a clean
     * stop and for one that failed.
     */
    private static void stopAtTheEnd(ServiceServer service, Stores stores) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            service.close();
                            stores.close();
                            Runtime.getRuntime().halt(0);
                        },
                        "pawl-stop"));
    }
}
