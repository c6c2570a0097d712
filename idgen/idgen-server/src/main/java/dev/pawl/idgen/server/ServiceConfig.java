package dev.pawl.idgen.server;

import dev.pawl.idgen.server.ServedGenerator.Kind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The configuration, checked: an instance of this can be started. What only the world can tell - whether the port is
 * free, whether the database answers - is found out at the start.
 *
 * @param http where to listen
 * @param data the folder of all files
 * @param store a database instead of the embedded one
 * @param apiKeys the SHA-256 of each key that is let in
 * @param generators what to serve, by name
 */
record ServiceConfig(
        HttpSettings http,
        Path data,
        Optional<Database> store,
        List<byte[]> apiKeys,
        List<GeneratorConfig> generators) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");
    private static final Pattern KEY_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

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
            return url.replaceAll("[?;].*", "");
        }
    }

    /** Checks what was read. */
    static ServiceConfig of(PawlConfig config, Path directory) {
        HttpSettings http = http(config.http());
        List<byte[]> keys = apiKeys(config.apiKeys());
        requireKeysBeyondLoopback(config.http(), keys);
        Path data;
        try {
            data = directory.resolve(config.data());
        } catch (InvalidPathException e) {
            throw wrong("pawl.data must be a path", "pawl.data", config.data());
        }
        return new ServiceConfig(http, data, store(config.store()), keys, generators(config));
    }

    private static HttpSettings http(PawlConfig.Http http) {
        if (http.port() < 0 || http.port() > 65_535) {
            throw wrong("pawl.http.port must be in [0, 65535]", "pawl.http.port", http.port());
        }
        requireWithin("pawl.http.idle-timeout", http.idleTimeout(), Duration.ofSeconds(1), Duration.ofHours(1));
        requireWithin("pawl.http.body-timeout", http.bodyTimeout(), Duration.ofSeconds(1), Duration.ofMinutes(5));
        requireWithin("pawl.http.drain-timeout", http.drainTimeout(), Duration.ZERO, Duration.ofMinutes(5));
        return new HttpSettings(http.host(), http.port(), http.idleTimeout(), http.bodyTimeout(), http.drainTimeout());
    }

    static void requireWithin(String key, Duration value, Duration least, Duration greatest) {
        if (value.compareTo(least) < 0 || value.compareTo(greatest) > 0) {
            throw wrong(key + " must be in [" + least.toSeconds() + "s, " + greatest.toSeconds() + "s]", key, value);
        }
    }

    private static List<byte[]> apiKeys(List<PawlConfig.ApiKey> configured) {
        List<byte[]> hashes = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<String> values = new HashSet<>();
        for (int i = 0; i < configured.size(); i++) {
            PawlConfig.ApiKey apiKey = configured.get(i);
            String at = "pawl.api-keys[" + i + "]";
            if (!KEY_NAME.matcher(apiKey.name()).matches() || !names.add(apiKey.name())) {
                throw wrong(
                        at + ".name must be 1 to 64 characters of A-Z a-z 0-9 . _ -, each once",
                        at + ".name",
                        apiKey.name());
            }
            if (!HASH.matcher(apiKey.sha256()).matches()) {
                throw wrong(
                        at + ".sha256 must be 64 hexadecimal digits",
                        "length",
                        apiKey.sha256().length());
            }
            if (!values.add(apiKey.sha256().toLowerCase(java.util.Locale.ROOT))) {
                throw wrong(at + ".sha256 must be given once", at + ".name", apiKey.name());
            }
            hashes.add(HexFormat.of().parseHex(apiKey.sha256()));
        }
        return List.copyOf(hashes);
    }

    private static void requireKeysBeyondLoopback(PawlConfig.Http http, List<byte[]> keys) {
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
        if (!url.startsWith("jdbc:postgresql:")) {
            throw wrong("pawl.store.url must begin with jdbc:postgresql:", "pawl.store.url", url);
        }
        return Optional.of(
                new Database(url, store.user().orElse(""), store.password().orElse("")));
    }

    private static List<GeneratorConfig> generators(PawlConfig config) {
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
            byName.put(name, GeneratorConfig.of(name, generator));
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
