package dev.pawl.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The scripts for Redis that the modules bring: each begins with a header, which says what the script is for and agrees with
 * what it uses, and takes every key through KEYS.
 *
 * <pre>
 * -- Purpose: takes a lock that is free.
 * -- KEYS[1]: the lock, a hash
 * -- ARGV[1]: the attempt's id
 * -- ARGV[2]: lease, milliseconds
 * -- RETURNS: {1, token}, or {0, milliseconds until the lease ends}
 * -- ATOMIC: the look at the holder and the grant
 * </pre>
 *
 * Where there is none, the header says {@code KEYS: none}, {@code ARGV: none}. {@code ARGV[3..]} is the rest from the third on.
 */
final class LuaScripts {

    private static final Pattern WORDS = Pattern.compile("^-- (Purpose|RETURNS|ATOMIC): \\S+ \\S+.*");
    private static final Pattern DOCUMENTED = Pattern.compile("^-- (KEYS|ARGV)(?:\\[(\\d+)(\\.\\.)?]: \\S.*|: none$)");
    private static final Pattern USED = Pattern.compile("\\b(KEYS|ARGV)\\b(?:\\[(\\d+)])?");
    private static final Pattern CALL = Pattern.compile("\\bredis\\.p?call\\s*\\(\\s*([^,)]*)(?:,\\s*([^,)]*))?");
    private static final Pattern KEY_BUILT = Pattern.compile("KEYS\\[[^]]*]\\s*\\.\\.|\\.\\.\\s*KEYS\\b");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");
    private static final Pattern COMMAND = Pattern.compile("(['\"])(\\w+)\\1");

    /** Commands whose next argument is no key. */
    private static final Set<String> WITHOUT_KEY = Set.of("TIME", "PUBLISH", "SPUBLISH", "INFO", "ECHO", "PING");

    private LuaScripts() {}

    static List<Path> of(Path module) {
        Path resources = module.resolve("src/main/resources");
        if (!Files.isDirectory(resources)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(resources)) {
            return files.filter(f -> f.toString().endsWith(".lua")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> problems(Path script) {
        try {
            return problems(script.getFileName().toString(), Files.readString(script));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> problems(String name, String text) {
        List<String> problems = new ArrayList<>();
        List<String> header =
                text.lines().takeWhile(line -> line.startsWith("--")).toList();
        String code = text.lines()
                .skip(header.size())
                .map(line -> line.replaceFirst("(^|\\s)--.*", ""))
                .reduce("", (all, line) -> all + line + "\n");
        if (header.isEmpty() || !header.get(0).startsWith("-- Purpose: ")) {
            problems.add(name + " does not begin with \"-- Purpose: ...\"");
        }
        for (String word : List.of("Purpose", "RETURNS", "ATOMIC")) {
            if (header.stream()
                    .map(WORDS::matcher)
                    .noneMatch(m -> m.matches() && m.group(1).equals(word))) {
                problems.add(name + " has no line \"-- " + word + ": ...\" of two words or more");
            }
        }
        problems.addAll(disagreements(name, "KEYS", header, code));
        problems.addAll(disagreements(name, "ARGV", header, code));
        problems.addAll(builtKeys(name, code));
        return problems;
    }

    /** Which elements of an array are meant, and whether there is a rest after them. */
    private record Elements(TreeSet<Integer> numbers, boolean rest) {}

    private static List<String> disagreements(String name, String array, List<String> header, String code) {
        List<String> problems = new ArrayList<>();
        if (header.stream()
                .map(DOCUMENTED::matcher)
                .noneMatch(m -> m.matches() && m.group(1).equals(array))) {
            problems.add(name + " has no line \"-- " + array + "[1]: ...\" or \"-- " + array + ": none\"");
        }
        Elements documented = documented(array, header);
        Elements used = used(array, code);
        int last = documented.numbers.size();
        if (last > 0 && (documented.numbers.first() != 1 || documented.numbers.last() != last)) {
            problems.add(name + " does not number its " + array + " from 1: " + documented.numbers);
        }
        if (documented.rest) {
            // The rest begins at the last number, which the code need not name.
            used.numbers.remove(last);
            documented.numbers.remove(last);
        }
        if (used.rest != documented.rest) {
            problems.add(
                    name + (used.rest ? " uses" : " does not use") + " a rest of " + array + ", unlike its header");
        }
        if (!used.numbers.equals(documented.numbers)) {
            problems.add(name + " uses " + array + used.numbers + " and documents " + array + documented.numbers);
        }
        return problems;
    }

    private static Elements documented(String array, List<String> header) {
        TreeSet<Integer> numbers = new TreeSet<>();
        boolean rest = false;
        for (String line : header) {
            Matcher m = DOCUMENTED.matcher(line);
            if (m.matches() && m.group(1).equals(array) && m.group(2) != null) {
                numbers.add(Integer.parseInt(m.group(2)));
                rest |= m.group(3) != null;
            }
        }
        return new Elements(numbers, rest);
    }

    private static Elements used(String array, String code) {
        TreeSet<Integer> numbers = new TreeSet<>();
        boolean rest = false;
        for (Matcher m = USED.matcher(code); m.find(); ) {
            if (m.group(1).equals(array) && m.group(2) != null) {
                numbers.add(Integer.parseInt(m.group(2)));
            }
            rest |= m.group(1).equals(array) && m.group(2) == null;
        }
        return new Elements(numbers, rest);
    }

    private static List<String> builtKeys(String name, String code) {
        List<String> problems = new ArrayList<>();
        if (KEY_BUILT.matcher(code).find()) {
            problems.add(name + " builds a key from another");
        }
        for (Matcher call = CALL.matcher(code); call.find(); ) {
            Matcher command = COMMAND.matcher(call.group(1).strip());
            if (!command.matches()) {
                problems.add(name + " calls a command that is not written out: " + call.group(1));
            } else if (!WITHOUT_KEY.contains(command.group(2).toUpperCase(Locale.ROOT))
                    && (call.group(2) == null || !isKey(call.group(2).strip(), code))) {
                problems.add(
                        name + " calls " + command.group(2) + " with a key that is not from KEYS: " + call.group(2));
            }
        }
        return problems;
    }

    /** An element of KEYS, or a name that gets nothing else (a parameter gets none). */
    private static boolean isKey(String argument, String code) {
        if (argument.matches("KEYS\\[[^]]+]")) {
            return true;
        }
        if (!NAME.matcher(argument).matches()) {
            return false;
        }
        Matcher assignment =
                Pattern.compile("\\b" + argument + "\\s*=(?!=)\\s*([^\\n]*)").matcher(code);
        return assignment.results().allMatch(a -> a.group(1).strip().matches("KEYS\\[[^]]+](\\s*(;|local\\b).*)?"));
    }
}
