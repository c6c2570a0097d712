package dev.pawl.idgen.server;

import static dev.pawl.idgen.server.ServiceConfig.wrong;

import dev.pawl.common.Ticker;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Makes the API keys of their configuration. */
final class KeyConfig {

    private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");
    private static final Pattern KEY_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private KeyConfig() {}

    static List<Key> of(List<PawlConfig.ApiKey> configured) {
        List<Key> keys = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<String> hashes = new HashSet<>();
        for (int i = 0; i < configured.size(); i++) {
            PawlConfig.ApiKey config = configured.get(i);
            String at = "pawl.api-keys[" + i + "]";
            if (!KEY_NAME.matcher(config.name()).matches() || !names.add(config.name())) {
                throw wrong(
                        at + ".name must be 1 to 64 characters of A-Z a-z 0-9 . _ -, each once",
                        at + ".name",
                        config.name());
            }
            if (!HASH.matcher(config.sha256()).matches()) {
                throw wrong(
                        at + ".sha256 must be 64 hexadecimal digits",
                        "length",
                        config.sha256().length());
            }
            if (!hashes.add(config.sha256().toLowerCase(Locale.ROOT))) {
                throw wrong(at + ".sha256 must be given once", at + ".name", config.name());
            }
            keys.add(new Key(
                    config.name(),
                    HexFormat.of().parseHex(config.sha256()),
                    scopes(at + ".scopes", config.scopes().orElse(List.of("ids:read"))),
                    names(at + ".tags", config.tags().orElse(List.of("*"))),
                    limit(at + ".rate-limit", config.rateLimit())));
        }
        return List.copyOf(keys);
    }

    private static Set<Scope> scopes(String at, List<String> texts) {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String text : texts) {
            scopes.add(Scope.find(text).orElseThrow(() -> wrong(at + " must be of " + Scope.all(), at, text)));
        }
        return scopes;
    }

    private static Names names(String at, List<String> patterns) {
        for (String pattern : patterns) {
            if (!Names.isPattern(pattern)) {
                throw wrong(at + " must be names, or beginnings of names that end with *", at, pattern);
            }
        }
        return Names.of(patterns);
    }

    private static Optional<RateLimit> limit(String at, PawlConfig.RateLimit config) {
        if (config.perSecond().isEmpty()) {
            if (config.burst().isPresent()) {
                throw wrong(at + ".per-second must be given with a burst", "key", at + ".per-second");
            }
            return Optional.empty();
        }
        int perSecond = bounded(at + ".per-second", config.perSecond().getAsInt());
        int burst = bounded(at + ".burst", config.burst().orElse(perSecond));
        return Optional.of(new RateLimit(perSecond, burst, Ticker.system()));
    }

    private static int bounded(String key, int value) {
        if (value < 1 || value > RateLimit.GREATEST) {
            throw wrong(key + " must be in [1, " + RateLimit.GREATEST + "]", key, value);
        }
        return value;
    }
}
