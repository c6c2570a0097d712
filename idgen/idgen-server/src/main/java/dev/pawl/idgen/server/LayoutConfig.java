package dev.pawl.idgen.server;

import dev.pawl.idgen.layout.IdField;
import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.server.ServedGenerator.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes a layout of its keys: a preset, or fields with tick length and epoch. */
final class LayoutConfig {

    private static final Map<String, IdLayout> PRESETS = new TreeMap<>(Map.of(
            "snowflake", IdLayout.SNOWFLAKE,
            "snowflake-datacenter", IdLayout.SNOWFLAKE_DATACENTER,
            "wide", IdLayout.WIDE,
            "sonyflake", IdLayout.SONYFLAKE,
            "javascript", IdLayout.JAVASCRIPT));

    private LayoutConfig() {}

    static IdLayout standard(Kind kind) {
        return kind == Kind.SONYFLAKE ? IdLayout.SONYFLAKE : IdLayout.SNOWFLAKE;
    }

    static IdLayout of(String at, Kind kind, PawlConfig.Layout config) {
        try {
            IdLayout layout = config.fields().isPresent() ? ofFields(at, config) : ofPreset(at, kind, config);
            return config.epoch().map(layout::withEpoch).orElse(layout);
        } catch (IllegalArgumentException e) {
            throw StartException.configuration(at + ": " + e.getMessage());
        }
    }

    private static IdLayout ofPreset(String at, Kind kind, PawlConfig.Layout config) {
        if (config.tickLength().isPresent()) {
            throw ServiceConfig.wrong("a preset has its own tick length", "key", at + ".tick-length");
        }
        if (config.preset().isEmpty()) {
            return standard(kind);
        }
        IdLayout preset = PRESETS.get(config.preset().get());
        if (preset == null) {
            throw ServiceConfig.wrong(
                    at + ".preset must be one of " + String.join(", ", PRESETS.keySet()),
                    at + ".preset",
                    config.preset().get());
        }
        return preset;
    }

    private static IdLayout ofFields(String at, PawlConfig.Layout config) {
        if (config.preset().isPresent()) {
            throw ServiceConfig.wrong("fields and a preset exclude each other", "key", at + ".preset");
        }
        List<String> fields = config.fields().orElseThrow();
        return new IdLayout(
                config.tickLength().orElse(Duration.ofMillis(1)),
                config.epoch().orElse(IdLayout.DEFAULT_EPOCH),
                fields.stream().map(text -> field(at, text)).toArray(IdField[]::new));
    }

    /** {@code tick:41}, {@code sequence:12}; any other name is a part of the worker id. */
    private static IdField field(String at, String text) {
        if (!text.matches("[a-z][a-z0-9-]*:\\d{1,2}")) {
            throw ServiceConfig.wrong(at + ".fields must be name:bits each", at + ".fields", text);
        }
        String name = text.substring(0, text.indexOf(':'));
        int bits = Integer.parseInt(text.substring(name.length() + 1));
        return switch (name) {
            case "tick" -> IdField.tick(bits);
            case "sequence" -> IdField.sequence(bits);
            default -> IdField.worker(name, bits);
        };
    }
}
