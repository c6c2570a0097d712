package dev.pawl.idgen.server;

import dev.pawl.idgen.snowflake.ClockPolicy;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The keys of the configuration, all below {@code pawl}. {@link ServiceConfig} is what they mean. */
@ConfigMapping(prefix = "pawl")
interface PawlConfig {

    /** Where and how to listen. */
    Http http();

    /** The folder of the embedded store and of the worker leases. */
    @WithDefault("data")
    String data();

    /** A database instead of the embedded one. */
    Store store();

    /** The keys that are let in. */
    List<ApiKey> apiKeys();

    /** Whether {@code orders}, {@code snowflake} and {@code sonyflake} are there without being configured. */
    @WithDefault("true")
    boolean builtIn();

    /** The routes of other services. */
    DropIn dropIn();

    /** Generators by name. */
    Map<String, Generator> generators();

    /** {@code pawl.http}. */
    interface Http {
        @WithDefault("127.0.0.1")
        String host();

        @WithDefault("8080")
        int port();

        @WithDefault("false")
        boolean insecure();

        @WithDefault("60s")
        Duration idleTimeout();

        @WithDefault("10s")
        Duration bodyTimeout();

        @WithDefault("10s")
        Duration drainTimeout();

        Tls tls();

        @WithDefault("false")
        boolean accessLog();
    }

    /** {@code pawl.http.tls}. */
    interface Tls {
        Optional<String> certificate();

        Optional<String> key();
    }

    /** {@code pawl.drop-in}. */
    interface DropIn {
        @WithDefault("false")
        boolean leaf();

        @WithDefault("false")
        boolean tinyid();
    }

    /** {@code pawl.store}. */
    interface Store {
        Optional<String> url();

        Optional<String> user();

        Optional<String> password();
    }

    /** {@code pawl.api-keys[]}. */
    interface ApiKey {
        String name();

        String sha256();

        Optional<List<String>> scopes();

        Optional<List<String>> tags();

        RateLimit rateLimit();
    }

    /** {@code pawl.api-keys[].rate-limit}. */
    interface RateLimit {
        OptionalInt perSecond();

        OptionalInt burst();
    }

    /** {@code pawl.generators.<name>}. */
    interface Generator {
        ServedGenerator.Kind kind();

        Optional<Duration> maxWait();

        Optional<String> tag();

        OptionalLong firstId();

        OptionalLong maxId();

        Step step();

        Optional<Duration> targetDuration();

        Layout layout();

        OptionalInt workerId();

        Lease lease();

        OptionalInt maxAhead();

        Optional<ClockPolicy> clockPolicy();

        Optional<Encoding> encoding();
    }

    /** {@code pawl.generators.<name>.encoding}. */
    interface Encoding {
        EncodingConfig.Alphabet alphabet();

        Optional<String> prefix();

        OptionalInt width();

        @WithDefault("false")
        boolean check();

        Optional<Permutation> permutation();
    }

    /** {@code pawl.generators.<name>.encoding.permutation}. */
    interface Permutation {
        String domain();

        Optional<String> key();

        Optional<String> keyFile();

        Map<Integer, VersionedKey> keys();

        OptionalInt current();
    }

    /** {@code pawl.generators.<name>.encoding.permutation.keys.<version>}. */
    interface VersionedKey {
        Optional<String> key();

        Optional<String> keyFile();
    }

    /** {@code pawl.generators.<name>.step}. */
    interface Step {
        OptionalLong floor();

        OptionalLong ceiling();
    }

    /** {@code pawl.generators.<name>.layout}. */
    interface Layout {
        Optional<String> preset();

        Optional<List<String>> fields();

        Optional<Duration> tickLength();

        Optional<Instant> epoch();
    }

    /** {@code pawl.generators.<name>.lease}. */
    interface Lease {
        Optional<String> space();

        Optional<String> hint();

        Optional<Duration> window();
    }
}
