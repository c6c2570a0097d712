package dev.pawl.idgen.server;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Which names of generators, tags and worker-id spaces a key is let in for. Immutable. */
final class Names {

    /** Every name there is. */
    static final Names ALL = of(List.of("*"));

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:-]{1,128}|[A-Za-z0-9._:-]{0,127}\\*");

    private final Set<String> exact = new HashSet<>();
    private final List<String> prefixes = new ArrayList<>();

    private Names(List<String> patterns) {
        for (String pattern : patterns) {
            if (pattern.endsWith("*")) {
                prefixes.add(pattern.substring(0, pattern.length() - 1));
            } else {
                exact.add(pattern);
            }
        }
    }

    /** Makes the set of names; each is exact, or ends with an asterisk that stands for any end. */
    static Names of(List<String> patterns) {
        return new Names(patterns);
    }

    /** Whether the text is a name, or the beginning of one with an asterisk at its end. */
    static boolean isPattern(String text) {
        return NAME.matcher(text).matches();
    }

    boolean contains(String name) {
        if (exact.contains(name)) {
            return true;
        }
        for (String prefix : prefixes) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }
}
