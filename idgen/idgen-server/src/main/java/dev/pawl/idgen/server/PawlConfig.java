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
