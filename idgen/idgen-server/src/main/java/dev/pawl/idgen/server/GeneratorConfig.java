package dev.pawl.idgen.server;

import static dev.pawl.idgen.server.ServiceConfig.wrong;

import dev.pawl.idgen.codec.IdCodec;
import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.server.ServedGenerator.Kind;
import dev.pawl.idgen.snowflake.ClockPolicy;
import dev.pawl.idgen.spi.SegmentTag;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** One generator to serve, checked as far as the configuration alone can tell. */
sealed interface GeneratorConfig {

    /** The name in the URL. */
    String name();

    /** How long a call may wait for an id. */
    Duration maxWait();

    /** Texts instead of numbers, or empty. */
    Optional<IdCodec> encoding();

    /**
     * Plain numbers from ranges of a store.
     *
     * @param tag the tag and its bounds
     * @param floor the least step
     * @param ceiling the greatest step
     * @param targetDuration how long a segment should last
     */
    record Segment(
            String name,
            Duration maxWait,
            Optional<IdCodec> encoding,
            SegmentTag tag,
            long floor,
            long ceiling,
            Duration targetDuration)
            implements GeneratorConfig {

        static Segment standard(String name) {
            return new Segment(
                    name, MAX_WAIT, Optional.empty(), SegmentTag.of(name), 1000, 10_000_000, Duration.ofSeconds(10));
        }
    }

    /**
     * Time-ordered ids.
     *
     * @param kind snowflake or sonyflake
     * @param layout the bits
     * @param workers where the worker id comes from
     * @param maxAhead how many ticks ids may be ahead of the clock
     * @param clockPolicy what to do when the clock was set back
     */
    record Snowflake(
            String name,
            Kind kind,
            Duration maxWait,
            Optional<IdCodec> encoding,
            IdLayout layout,
            Workers workers,
            int maxAhead,
            ClockPolicy clockPolicy)
            implements GeneratorConfig {

        static Snowflake standard(String name, Kind kind) {
            return new Snowflake(
                    name,
                    kind,
                    MAX_WAIT,
                    Optional.empty(),
                    LayoutConfig.standard(kind),
                    Workers.standard(name, kind),
                    10,
                    ClockPolicy.WAIT);
        }
    }

    /**
     * Where a worker id comes from.
     *
     * @param fixed the operator's word, or empty to lease one
     * @param space the space to lease in
     * @param hint which one to ask for first, or empty
     * @param addressHint whether to ask for the one of this host's address first
     * @param window how long ids go on without the store, or empty for the standard
     */
    record Workers(OptionalInt fixed, String space, OptionalInt hint, boolean addressHint, Optional<Duration> window) {

        static Workers standard(String space, Kind kind) {
            return new Workers(
                    OptionalInt.empty(), space, OptionalInt.empty(), kind == Kind.SONYFLAKE, Optional.empty());
        }
    }

    /** How long a call waits unless told. */
    Duration MAX_WAIT = Duration.ofSeconds(2);

    /** Checks one generator. */
    static GeneratorConfig of(String name, PawlConfig.Generator config, Path directory) {
        String at = "pawl.generators." + name;
        Duration maxWait = config.maxWait().orElse(MAX_WAIT);
        ServiceConfig.requireWithin(at + ".max-wait", maxWait, Duration.ZERO, Duration.ofSeconds(60));
        Optional<IdCodec> encoding =
                config.encoding().map(encoded -> EncodingConfig.of(at + ".encoding", encoded, directory));
        return config.kind() == Kind.SEGMENT
                ? segment(name, maxWait, encoding, config)
                : snowflake(name, maxWait, encoding, config);
    }

    private static Segment segment(
            String name, Duration maxWait, Optional<IdCodec> encoding, PawlConfig.Generator config) {
        String at = "pawl.generators." + name;
        Map<String, Boolean> foreign = new LinkedHashMap<>();
        foreign.put("layout.preset", config.layout().preset().isPresent());
        foreign.put("layout.fields", config.layout().fields().isPresent());
        foreign.put("layout.tick-length", config.layout().tickLength().isPresent());
        foreign.put("layout.epoch", config.layout().epoch().isPresent());
        foreign.put("worker-id", config.workerId().isPresent());
        foreign.put("lease.space", config.lease().space().isPresent());
        foreign.put("lease.hint", config.lease().hint().isPresent());
        foreign.put("lease.window", config.lease().window().isPresent());
        foreign.put("max-ahead", config.maxAhead().isPresent());
        foreign.put("clock-policy", config.clockPolicy().isPresent());
        requireNone(at, config.kind(), foreign);
        long greatest = Math.min(encoding.map(IdCodec::maxId).orElse(Long.MAX_VALUE), Long.MAX_VALUE - 1);
        SegmentTag tag;
        try {
            tag = new SegmentTag(
                    config.tag().orElse(name),
                    config.firstId().orElse(1),
                    config.maxId().orElse(greatest));
        } catch (IllegalArgumentException e) {
            throw StartException.configuration(at + ": " + e.getMessage());
        }
        long floor = bounded(at + ".step.floor", config.step().floor(), 1000);
        long ceiling = bounded(at + ".step.ceiling", config.step().ceiling(), Math.max(floor, 10_000_000));
        if (ceiling < floor) {
            throw wrong(at + ".step.ceiling must be >= floor=" + floor, at + ".step.ceiling", ceiling);
        }
        Duration target = config.targetDuration().orElse(Duration.ofSeconds(10));
        ServiceConfig.requireWithin(at + ".target-duration", target, Duration.ofSeconds(1), Duration.ofDays(1));
        encoding.ifPresent(codec -> requireTexts(at, codec, "max-id", tag.maxId()));
        return new Segment(name, maxWait, encoding, tag, floor, ceiling, target);
    }

    private static void requireTexts(String at, IdCodec codec, String what, long greatest) {
        if (greatest > codec.maxId()) {
            throw wrong(
                    at + ".encoding has texts up to " + codec.maxId() + " and " + what + " must not be above",
                    at,
                    greatest);
        }
    }

    private static long bounded(String key, OptionalLong value, long otherwise) {
        long number = value.orElse(otherwise);
        if (number < 1 || number > 1_000_000_000) {
            throw wrong(key + " must be in [1, 1000000000]", key, number);
        }
        return number;
    }

    private static Snowflake snowflake(
            String name, Duration maxWait, Optional<IdCodec> encoding, PawlConfig.Generator config) {
        String at = "pawl.generators." + name;
        Map<String, Boolean> foreign = new LinkedHashMap<>();
        foreign.put("tag", config.tag().isPresent());
        foreign.put("first-id", config.firstId().isPresent());
        foreign.put("max-id", config.maxId().isPresent());
        foreign.put("step.floor", config.step().floor().isPresent());
        foreign.put("step.ceiling", config.step().ceiling().isPresent());
        foreign.put("target-duration", config.targetDuration().isPresent());
        requireNone(at, config.kind(), foreign);
        IdLayout layout = LayoutConfig.of(at + ".layout", config.kind(), config.layout());
        encoding.ifPresent(codec -> requireTexts(at, codec, "the layout's greatest id", layout.maxId()));
        int maxAhead = config.maxAhead().orElse(10);
        if (maxAhead < 1 || maxAhead > 1_000_000) {
            throw wrong(at + ".max-ahead must be in [1, 1000000]", at + ".max-ahead", maxAhead);
        }
        return new Snowflake(
                name,
                config.kind(),
                maxWait,
                encoding,
                layout,
                workers(name, at, layout, config),
                maxAhead,
                config.clockPolicy().orElse(ClockPolicy.WAIT));
    }

    private static Workers workers(String name, String at, IdLayout layout, PawlConfig.Generator config) {
        PawlConfig.Lease lease = config.lease();
        if (config.workerId().isPresent()) {
            Map<String, Boolean> foreign = new LinkedHashMap<>();
            foreign.put("lease.space", lease.space().isPresent());
            foreign.put("lease.hint", lease.hint().isPresent());
            foreign.put("lease.window", lease.window().isPresent());
            foreign.forEach((key, given) -> {
                if (given) {
                    throw wrong("a fixed worker id has no lease", "key", at + "." + key);
                }
            });
            requireWorker(at + ".worker-id", config.workerId().getAsInt(), layout);
            return new Workers(config.workerId(), name, OptionalInt.empty(), false, Optional.empty());
        }
        String space = lease.space().orElse(name);
        try {
            SegmentTag.requireName(space);
        } catch (IllegalArgumentException e) {
            throw StartException.configuration(at + ".lease.space: " + e.getMessage());
        }
        lease.window()
                .ifPresent(window -> ServiceConfig.requireWithin(
                        at + ".lease.window", window, Duration.ofSeconds(3), Duration.ofHours(24)));
        String hint = lease.hint().orElse(config.kind() == Kind.SONYFLAKE ? "address" : "none");
        if (hint.equals("address") || hint.equals("none")) {
            return new Workers(OptionalInt.empty(), space, OptionalInt.empty(), hint.equals("address"), lease.window());
        }
        if (!hint.matches("\\d{1,9}")) {
            throw wrong(at + ".lease.hint must be address, none or a worker id", at + ".lease.hint", hint);
        }
        requireWorker(at + ".lease.hint", Integer.parseInt(hint), layout);
        return new Workers(OptionalInt.empty(), space, OptionalInt.of(Integer.parseInt(hint)), false, lease.window());
    }

    private static void requireWorker(String key, int workerId, IdLayout layout) {
        if (workerId < 0 || workerId > layout.maxWorkerId()) {
            throw wrong(key + " must be in [0, " + layout.maxWorkerId() + "]", key, workerId);
        }
    }

    private static void requireNone(String at, Kind kind, Map<String, Boolean> foreign) {
        foreign.forEach((key, given) -> {
            if (given) {
                throw wrong("the key is not one of kind " + kind, "key", at + "." + key);
            }
        });
    }
}
