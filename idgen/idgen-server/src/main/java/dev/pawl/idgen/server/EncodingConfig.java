package dev.pawl.idgen.server;

import static dev.pawl.idgen.server.ServiceConfig.wrong;

import dev.pawl.idgen.codec.IdCodec;
import dev.pawl.idgen.codec.IdMapping;
import dev.pawl.idgen.codec.KeyedBijection;
import dev.pawl.idgen.codec.RadixCodec;
import dev.pawl.idgen.codec.VersionedBijection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Makes a codec of its keys. A secret key is in none of the messages, not even in part. */
final class EncodingConfig {

    /** What stays as it is in a URL and in JSON. */
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._~-]{1,32}");

    private static final Pattern DOMAIN = Pattern.compile("10\\^(6|7|8|9|1[0-8])|2\\^53|2\\^63");
    private static final Pattern KEY = Pattern.compile("([0-9a-fA-F]{32}){1,2}");

    private EncodingConfig() {}

    /** The digits of the texts. */
    enum Alphabet {
        DECIMAL,
        BASE36,
        CROCKFORD32,
        BASE62
    }

    /**
     * Reads an encoding.
     *
     * @param at the key of the encoding
     * @param directory what a key's file is relative to
     */
    static IdCodec of(String at, PawlConfig.Encoding config, Path directory) {
        IdCodec codec;
        try {
            codec = radix(config);
            if (config.permutation().isPresent()) {
                codec = codec.over(
                        mapping(at + ".permutation", config.permutation().get(), directory));
            }
        } catch (IllegalArgumentException e) {
            throw StartException.configuration(at + ": " + e.getMessage());
        }
        if (config.prefix().isPresent()) {
            if (!PREFIX.matcher(config.prefix().get()).matches()) {
                throw wrong(
                        at + ".prefix must be 1 to 32 characters of A-Z a-z 0-9 . _ ~ -",
                        at + ".prefix",
                        config.prefix().get());
            }
            codec = codec.withPrefix(config.prefix().get());
        }
        requireNoPath(at, codec);
        return codec;
    }

    private static RadixCodec radix(PawlConfig.Encoding config) {
        RadixCodec codec =
                switch (config.alphabet()) {
                    case DECIMAL -> IdCodec.decimal();
                    case BASE36 -> IdCodec.base36();
                    case CROCKFORD32 -> IdCodec.crockford32();
                    case BASE62 -> IdCodec.base62();
                };
        if (config.width().isPresent()) {
            codec = codec.padded(config.width().getAsInt());
        }
        return config.check() ? codec.withCheck() : codec;
    }

    private static IdMapping mapping(String at, PawlConfig.Permutation config, Path directory) {
        String domain = config.domain();
        if (!DOMAIN.matcher(domain).matches()) {
            throw wrong(at + ".domain must be 10^6 to 10^18, 2^53 or 2^63", at + ".domain", domain);
        }
        if (config.keys().isEmpty()) {
            if (config.current().isPresent()) {
                throw wrong("only versioned keys have a current one", "key", at + ".current");
            }
            byte[] key = key(at, config.key(), config.keyFile(), directory);
            return switch (domain) {
                case "2^63" -> KeyedBijection.bits63(key);
                case "2^53" -> KeyedBijection.bits53(key);
                default -> KeyedBijection.digits(digits(domain), key);
            };
        }
        if (config.key().isPresent() || config.keyFile().isPresent()) {
            throw wrong("versioned keys and a single one exclude each other", "key", at + ".keys");
        }
        if (domain.startsWith("2")) {
            throw wrong("versioned keys need a domain of 10^7 to 10^18", at + ".domain", domain);
        }
        Map<Integer, byte[]> keys = new TreeMap<>();
        config.keys()
                .forEach((version, one) ->
                        keys.put(version, key(at + ".keys." + version, one.key(), one.keyFile(), directory)));
        if (config.current().isEmpty()) {
            throw StartException.configuration(at + ".current must be given with versioned keys: key=" + at + ".keys");
        }
        return VersionedBijection.digits(digits(domain), keys, config.current().getAsInt());
    }

    private static int digits(String domain) {
        return Integer.parseInt(domain.substring("10^".length()));
    }

    private static byte[] key(String at, Optional<String> key, Optional<String> file, Path directory) {
        if (key.isPresent() == file.isPresent()) {
            throw StartException.configuration("one of key and key-file must be given: key=" + at);
        }
        String text = key.orElseGet(() -> read(at, file.orElseThrow(), directory));
        if (!KEY.matcher(text).matches()) {
            throw wrong(
                    at + (key.isPresent() ? ".key" : ".key-file") + " must hold 32 or 64 hexadecimal digits",
                    "length",
                    text.length());
        }
        return HexFormat.of().parseHex(text);
    }

    private static String read(String at, String file, Path directory) {
        try {
            return Files.readString(directory.resolve(file)).strip();
        } catch (IOException | InvalidPathException e) {
            throw wrong(at + ".key-file must be a readable file", at + ".key-file", file);
        }
    }

    /** An id whose text is the last part of {@code .../ids/next} could not be read again. */
    private static void requireNoPath(String at, IdCodec codec) {
        try {
            codec.decode("next");
        } catch (IllegalArgumentException noIdOfThis) {
            return;
        }
        throw wrong("an encoding must not give the text next, a width or a prefix prevents it", "key", at);
    }
}
