package dev.pawl.idgen.server;

import dev.pawl.idgen.server.ServedGenerator.Kind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The configuration, checked: an instance of this can be started. What only the world can tell - whether the port is
 * free, whether the database answers - is found out at the start.
 *
 * @param http where to listen
 * @param data the folder of all files
 * @param store a database instead of the embedded one
 * @param apiKeys the keys that are let in
 * @param generators what to serve, by name
 */
record ServiceConfig(
        HttpSettings http, Path data, Optional<Database> store, List<Key> apiKeys, List<GeneratorConfig> generators) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    /**
     * A database.
     *
     * @param url its JDBC URL
     * @param user the user, empty if the URL says it
     * @param password the password, empty if there is none
     */
    record Database(String url, String user, String password) {

        /** Says where, never how to get in. */
        @Override
        public String toString() {
            return url.replaceAll("[?;].*", "").replaceAll("//[^/]*@", "//");
        }
    }

    /** Checks what was read. */
    static ServiceConfig of(PawlConfig config, Path directory) {
        HttpSettings http = http(config, directory);
        List<Key> keys = KeyConfig.of(config.apiKeys());
        requireKeysBeyondLoopback(config.http(), keys);
        Path data = path(directory, "pawl.data", config.data());
        return new ServiceConfig(http, data, store(config.store()), keys, generators(config, directory));
    }

    private static HttpSettings http(PawlConfig config, Path directory) {
        PawlConfig.Http http = config.http();
        if (http.port() < 0 || http.port() > 65_535) {
            throw wrong("pawl.http.port must be in [0, 65535]", "pawl.http.port", http.port());
        }
        requireWithin("pawl.http.idle-timeout", http.idleTimeout(), Duration.ofSeconds(1), Duration.ofHours(1));
        requireWithin("pawl.http.body-timeout", http.bodyTimeout(), Duration.ofSeconds(1), Duration.ofMinutes(5));
        requireWithin("pawl.http.drain-timeout", http.drainTimeout(), Duration.ZERO, Duration.ofMinutes(5));
        return new HttpSettings(
                http.host(),
                http.port(),
                http.idleTimeout(),
                http.bodyTimeout(),
                http.drainTimeout(),
                tls(http.tls(), directory),
                http.accessLog(),
                new DropIn(config.dropIn().leaf(), config.dropIn().tinyid()));
    }

    private static Optional<Tls> tls(PawlConfig.Tls tls, Path directory) {
        if (tls.certificate().isPresent() != tls.key().isPresent()) {
            throw wrong(
                    Tls.CERTIFICATE + " and " + Tls.KEY + " must be given together",
                    "key",
                    tls.key().isPresent() ? Tls.CERTIFICATE : Tls.KEY);
        }
        return tls.certificate()
                .map(file -> new Tls(
                        path(directory, Tls.CERTIFICATE, file),
                        path(directory, Tls.KEY, tls.key().orElseThrow())));
    }

    private static Path path(Path directory, String key, String text) {
        try {
            return directory.resolve(text);
        } catch (InvalidPathException e) {
            throw wrong(key + " must be a path", key, text);
        }
    }

    static void requireWithin(String key, Duration value, Duration least, Duration greatest) {
        if (value.compareTo(least) < 0 || value.compareTo(greatest) > 0) {
            throw wrong(key + " must be in [" + least.toSeconds() + "s, " + greatest.toSeconds() + "s]", key, value);
        }
    }

    private static void requireKeysBeyondLoopback(PawlConfig.Http http, List<Key> keys) {
        boolean loopback;
        try {
            loopback = InetAddress.getByName(http.host()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw wrong("pawl.http.host must be an address or a name of this host", "pawl.http.host", http.host());
        }
        if (!loopback && keys.isEmpty() && !http.insecure()) {
            throw wrong(
                    "beyond loopback pawl.api-keys must be given, or pawl.http.insecure set to true",
                    "pawl.http.host",
                    http.host());
        }
    }

    private static Optional<Database> store(PawlConfig.Store store) {
        if (store.url().isEmpty()) {
            if (store.user().isPresent() || store.password().isPresent()) {
                throw wrong("pawl.store.url must be given with a user or a password", "pawl.store.url", "");
            }
            return Optional.empty();
        }
        String url = store.url().get();
        if (!url.startsWith("jdbc:postgresql:") && !url.startsWith("jdbc:mariadb:")) {
            // What follows the beginning may hold a password.
            String shown = url.replaceFirst("(?s)^((?:jdbc:)?\\w{0,20}:)?.*", "$1...");
            throw wrong("pawl.store.url must begin with jdbc:postgresql: or jdbc:mariadb:", "pawl.store.url", shown);
        }
        return Optional.of(
                new Database(url, store.user().orElse(""), store.password().orElse("")));
    }

    private static List<GeneratorConfig> generators(PawlConfig config, Path directory) {
        Map<String, GeneratorConfig> byName = new LinkedHashMap<>();
        if (config.builtIn()) {
            byName.put("orders", GeneratorConfig.Segment.standard("orders"));
            byName.put("snowflake", GeneratorConfig.Snowflake.standard("snowflake", Kind.SNOWFLAKE));
            byName.put("sonyflake", GeneratorConfig.Snowflake.standard("sonyflake", Kind.SONYFLAKE));
        }
        new TreeMap<>(config.generators()).forEach((name, generator) -> {
            if (!NAME.matcher(name).matches()) {
                throw wrong("a generator's name must be 1 to 64 characters of a-z 0-9 . _ -", "pawl.generators", name);
            }
            byName.put(name, GeneratorConfig.of(name, generator, directory));
        });
        if (byName.isEmpty()) {
            throw wrong("there must be a generator", "pawl.built-in", false);
        }
        return List.copyOf(byName.values());
    }

    static StartException wrong(String rule, String key, Object value) {
        return StartException.configuration(rule + ": " + key + "=" + Shown.of(String.valueOf(value)));
    }
}
