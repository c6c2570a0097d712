package dev.pawl.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds pages that are missing, links that lead nowhere, and SQL files that do not say what they are for. */
final class Documents {

    private static final Pattern LINK = Pattern.compile("]\\(\\s*<?([^)\\s>]+)>?(?:\\s+\"[^\"]*\")?\\s*\\)");
    private static final Pattern FENCE = Pattern.compile("(?ms)^ *```.*?^ *```");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6}\\s+(.+?)\\s*#*$");
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*(?:Tests?|IT|Contract|Chaos|Tck))#(\\w+)`");
    private static final Pattern PURPOSE = Pattern.compile("^-- Purpose: \\S+ \\S+ .+");
    private static final OptionalInt BACKENDS = OptionalInt.of(4);

    private Documents() {}

    /** A page on every published backend: {@code docs/backends/<module>.md}. */
    static List<String> missingPages(Reactor reactor) {
        return reactor.published().stream()
                .filter(m -> Arrows.layer(m.folder()).equals(BACKENDS))
                .map(m -> "docs/backends/" + m.name() + ".md")
                .filter(page -> !Files.isRegularFile(reactor.root().resolve(page)))
                .map(page -> "missing: " + page)
                .toList();
    }

    /** The Markdown files at the root, below docs and of the samples. */
    static List<Path> pages(Path root) {
        try (Stream<Path> top = Files.list(root);
                Stream<Path> docs = below(root.resolve("docs"));
                Stream<Path> samples = below(root.resolve("samples"))) {
            return Stream.of(top, docs, samples)
                    .flatMap(files -> files)
                    .filter(p -> p.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> below(Path folder) throws IOException {
        return Files.isDirectory(folder) ? Files.walk(folder) : Stream.empty();
    }

    /** Relative links of a page that lead to no file, or to no heading of it. */
    static List<String> brokenLinks(Path page) {
        List<String> broken = new ArrayList<>();
        Matcher link = LINK.matcher(withoutCode(page));
        while (link.find()) {
            String target = link.group(1);
            if (!target.matches("[a-z]+:.*") && !leadsSomewhere(page, target)) {
                broken.add(page + ": " + target);
            }
        }
        return broken;
    }

    private static boolean leadsSomewhere(Path page, String target) {
        int hash = target.indexOf('#');
        String file = hash < 0 ? target : target.substring(0, hash);
        Path leadsTo = file.isEmpty() ? page : page.resolveSibling(file);
        if (!Files.exists(leadsTo)) {
            return false;
        }
        return hash < 0
                || !leadsTo.toString().endsWith(".md")
                || anchors(leadsTo).contains(target.substring(hash + 1));
    }

    private static List<String> anchors(Path page) {
        return HEADING.matcher(withoutCode(page))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                        .replace(' ', '-'))
                .toList();
    }

    /** The tests that a page names, as {@code Class#method}, and that are not there. */
    static List<String> missingTests(Path root, Path page) throws IOException {
        List<MatchResult> named = TEST.matcher(Files.readString(page)).results().toList();
        if (named.isEmpty()) {
            return List.of();
        }
        Map<String, List<Path>> sources;
        try (Stream<Path> files = Files.walk(root)) {
            sources = files.filter(file -> file.toString().endsWith(".java"))
                    .collect(Collectors.groupingBy(file -> String.valueOf(file.getFileName())));
        }
        List<String> missing = new ArrayList<>();
        for (MatchResult test : named) {
            if (!hasMethod(sources.getOrDefault(test.group(1) + ".java", List.of()), test.group(2))) {
                missing.add(page + ": " + test.group(1) + "#" + test.group(2));
            }
        }
        return missing;
    }

    private static boolean hasMethod(List<Path> sources, String method) throws IOException {
        Pattern declared = Pattern.compile("\\bvoid " + method + "\\(");
        for (Path source : sources) {
            if (declared.matcher(Files.readString(source)).find()) {
                return true;
            }
        }
        return false;
    }

    private static String withoutCode(Path page) {
        try {
            return FENCE.matcher(Files.readString(page)).replaceAll("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The SQL files of a module that do not begin with what they are for. */
    static List<String> sqlWithoutPurpose(Path module) {
        Path resources = module.resolve("src/main/resources");
        if (!Files.isDirectory(resources)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(resources)) {
            return files.filter(f -> f.toString().endsWith(".sql"))
                    .filter(f -> !startsWithPurpose(f))
                    .map(f -> f + " does not begin with \"-- Purpose: ...\"")
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean startsWithPurpose(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.findFirst().filter(PURPOSE.asMatchPredicate()).isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
