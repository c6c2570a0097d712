package dev.pawl.idgen.server;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parameters of a query, each known and given once. Immutable. */
final class Query {

    private final Map<String, String> values;

    private Query(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads a query.
     *
     * @param query the part behind the question mark, null if there is none
     * @param known the parameters that this call has
     * @throws ProblemException if another is given, or one twice, or an escape is malformed
     */
    static Query parse(@Nullable String query, Set<String> known) {
        Map<String, String> values = new HashMap<>();
        if (query != null && !query.isEmpty()) {
            for (String pair : query.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                if (!known.contains(name)) {
                    throw refused("the parameter is not known here: parameter=" + Shown.of(name));
                }
                if (values.put(name, equals < 0 ? "" : decode(pair.substring(equals + 1))) != null) {
                    throw refused("a parameter must be given once: parameter=" + name);
                }
            }
        }
        return new Query(values);
    }

    Optional<String> find(String name) {
        return Optional.ofNullable(values.get(name));
    }

    String require(String name) {
        return find(name).orElseThrow(() -> refused("the parameter must be given: parameter=" + name));
    }

    static ProblemException refused(String detail) {
        return Problem.of(ProblemType.INVALID_PARAMETER, detail).thrown();
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // Not shown: a key may stand there.
            throw refused("an escape in the query must be % and two hexadecimal digits");
        }
    }
}
