package dev.pawl.idgen.server;

import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.source.yaml.YamlConfigSource;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads the configuration: a YAML file, above it {@code PORT}, above that the variables {@code PAWL_...} of the
 * environment. Any mistake ends in a {@link StartException} of one line that names rule, key and value.
 */
final class ConfigLoader {

    private static final String PREFIX = "PAWL_";
    private static final String FILE_VARIABLE = "PAWL_CONFIG";
    private static final Pattern GRANTS = Pattern.compile("pawl\\.api-keys\\[\\d+]\\.(scopes|tags)(\\[\\d+])?");
    private static final int ENVIRONMENT_ORDINAL = 300;
    private static final int PORT_ORDINAL = 250;
    private static final ConfigClass MAPPING = ConfigClass.configClass(PawlConfig.class, "pawl");

    private ConfigLoader() {}

    /**
     * Reads the configuration.
     *
     * @param file the file that the command line names
     * @param environment the environment's variables
     * @param directory where {@code pawl.yaml} is looked for if nothing names a file, and what paths are relative to
     */
    static ServiceConfig load(Optional<Path> file, Map<String, String> environment, Path directory) {
        Optional<Path> found = file(file, environment, directory);
        Map<String, String> ours = new HashMap<>(environment);
        ours.keySet().removeIf(name -> !name.startsWith(PREFIX) || name.equals(FILE_VARIABLE));
        requireKnown(ours);
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .withMapping(MAPPING)
                .withSources(new EnvConfigSource(ours, ENVIRONMENT_ORDINAL))
                .withConverter(Duration.class, 200, ConfigValues::duration)
                .withConverter(Instant.class, 200, ConfigValues::instant)
                .withConverter(Boolean.class, 200, ConfigValues::bool)
                .withConverter(Integer.class, 200, ConfigValues::integer)
                .withConverter(Long.class, 200, ConfigValues::longNumber);
        String port = environment.get("PORT");
        if (port != null && !port.isEmpty()) {
            builder.withSources(new PropertiesConfigSource(Map.of("pawl.http.port", port), "PORT", PORT_ORDINAL));
        }
        found.map(ConfigLoader::yaml).ifPresent(builder::withSources);
        try {
            SmallRyeConfig config = builder.build();
            requireNoEmptyGrants(config);
            return ServiceConfig.of(config.getConfigMapping(PawlConfig.class), directory);
        } catch (ConfigValidationException e) {
            throw StartException.configuration(
                    ConfigMessages.oneLine(e.getProblem(0).getMessage()));
        } catch (IllegalArgumentException | java.util.NoSuchElementException e) {
            throw StartException.configuration(ConfigMessages.oneLine(String.valueOf(e.getMessage())));
        }
    }

    private static Optional<Path> file(Optional<Path> argument, Map<String, String> environment, Path directory) {
        Optional<Path> named = argument.or(() -> Optional.ofNullable(environment.get(FILE_VARIABLE))
                .filter(name -> !name.isEmpty())
                .map(Path::of));
        if (named.isPresent()) {
            Path file = directory.resolve(named.get());
            if (!Files.isRegularFile(file)) {
                throw StartException.configuration("the configuration file must exist: file=" + named.get());
            }
            return Optional.of(file);
        }
        return Optional.of(directory.resolve("pawl.yaml")).filter(Files::isRegularFile);
    }

    private static YamlConfigSource yaml(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (CharacterCodingException e) {
            throw StartException.configuration("the configuration file must be UTF-8: file=" + file);
        } catch (IOException e) {
            throw StartException.configuration("the configuration file must be readable: file=" + file);
        }
        requireOneRoot(file, text);
        return new YamlConfigSource(file.toString(), text);
    }

    /** What the source itself would let pass: keys given twice, several documents, other roots. */
    private static void requireOneRoot(Path file, String text) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        Object document;
        try {
            document = new Yaml(new SafeConstructor(options)).load(text);
        } catch (YAMLException e) {
            throw StartException.configuration(
                    "the configuration file must be YAML, every key once: file=" + file + where(e));
        }
        if (document == null) {
            return;
        }
        if (!(document instanceof Map<?, ?> map)) {
            throw StartException.configuration("the configuration file must hold keys below pawl: file=" + file);
        }
        for (Object key : map.keySet()) {
            if (!"pawl".equals(key)) {
                throw StartException.configuration(
                        "every key must be below pawl: key=" + Shown.of(String.valueOf(key)));
            }
        }
        if (map.get("pawl") instanceof Map<?, ?> pawl && pawl.get("api-keys") instanceof List<?> keys) {
            keys.forEach(ConfigLoader::requireNoNull);
        }
    }

    /** The source drops a key without a value, and what it would have limited is not limited then. */
    private static void requireNoNull(Object apiKey) {
        if (apiKey instanceof Map<?, ?> members) {
            members.forEach((name, value) -> {
                if (value == null) {
                    throw StartException.configuration(
                            "a key of pawl.api-keys must have a value: key=" + Shown.of(String.valueOf(name)));
                }
            });
        }
    }

    /** The library takes an empty list for none at all, so that a key meant for nothing would get what is usual. */
    private static void requireNoEmptyGrants(SmallRyeConfig config) {
        for (String name : config.getPropertyNames()) {
            if (GRANTS.matcher(name).matches()) {
                String value = config.getConfigValue(name).getValue();
                if (value == null || value.isBlank() || value.matches(".*(^|,)\\s*(,|$).*")) {
                    throw StartException.configuration(name + " must not be empty: key=" + name);
                }
            }
        }
    }

    /** The place and the rule, never the line itself: it may hold a secret. */
    private static String where(YAMLException e) {
        return e instanceof MarkedYAMLException marked && marked.getProblemMark() != null
                ? ", line=" + (marked.getProblemMark().getLine() + 1) + " ("
                        + ConfigMessages.oneLine(String.valueOf(marked.getProblem())) + ")"
                : "";
    }

    /** A mistyped variable would silently do nothing. */
    private static void requireKnown(Map<String, String> variables) {
        if (variables.isEmpty()) {
            return;
        }
        Set<Pattern> known = ConfigMappings.getProperties(MAPPING).keySet().stream()
                .map(ConfigLoader::variable)
                .collect(Collectors.toSet());
        for (String name : variables.keySet()) {
            if (known.stream().noneMatch(pattern -> pattern.matcher(name).matches())) {
                throw StartException.configuration("the key is not known: variable=" + Shown.of(name));
            }
        }
    }

    /** {@code pawl.generators.*.max-id} as {@code PAWL_GENERATORS_.+_MAX_ID}. */
    private static Pattern variable(String property) {
        StringBuilder regex = new StringBuilder();
        for (char c : property.toUpperCase(java.util.Locale.ROOT).toCharArray()) {
            regex.append(c == '*' ? ".+" : Character.isLetterOrDigit(c) ? String.valueOf(c) : "_");
        }
        return Pattern.compile(regex + "(_\\d+_)?");
    }
}
