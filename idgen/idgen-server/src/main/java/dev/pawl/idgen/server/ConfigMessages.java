package dev.pawl.idgen.server;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns the configuration library's messages into ours: the rule, then key and value. */
final class ConfigMessages {

    private static final Pattern WRONG = Pattern.compile(
            "SRCFG00039: The config property (.+?) with the config value \"(.*)\" threw an Exception whilst being"
                    + " converted (.*)",
            Pattern.DOTALL);
    private static final Pattern ENUM =
            Pattern.compile("(?:SRCFG00049: )?Cannot convert .* to enum .*allowed values: (.*)");
    private static final Pattern NUMBER = Pattern.compile("SRCFG000(29|30): .*", Pattern.DOTALL);
    private static final Pattern MISSING =
            Pattern.compile("SRCFG00014: The config property (\\S+) is required.*", Pattern.DOTALL);
    private static final Pattern EMPTY = Pattern.compile(
            "SRCFG0004[01]: The config property (\\S+) (?:is defined as|with the config value).*", Pattern.DOTALL);
    private static final Pattern UNKNOWN =
            Pattern.compile("SRCFG00050: (\\S+) in (.*) does not map to any root", Pattern.DOTALL);

    private ConfigMessages() {}

    static String oneLine(String message) {
        return translated(message.replaceFirst("^[a-zA-Z.]+Exception: ", ""))
                .replaceAll("\\s+", " ")
                .strip();
    }

    private static String translated(String message) {
        Matcher wrong = WRONG.matcher(message);
        if (wrong.matches()) {
            return wrong.group(1) + " " + rule(wrong.group(3)) + ": " + wrong.group(1) + "=" + Shown.of(wrong.group(2));
        }
        Matcher missing = MISSING.matcher(message);
        if (missing.matches()) {
            return missing.group(1) + " must be given: key=" + missing.group(1);
        }
        Matcher empty = EMPTY.matcher(message);
        if (empty.matches()) {
            return empty.group(1) + " must not be empty: key=" + empty.group(1);
        }
        Matcher unknown = UNKNOWN.matcher(message);
        if (unknown.matches()) {
            return "the key is not known: key=" + unknown.group(1);
        }
        return message;
    }

    private static String rule(String reason) {
        Matcher allowed = ENUM.matcher(reason);
        if (allowed.matches()) {
            return "must be one of " + allowed.group(1).replace(",", ", ");
        }
        return NUMBER.matcher(reason).matches() ? "must be a whole number within bounds" : reason;
    }
}
