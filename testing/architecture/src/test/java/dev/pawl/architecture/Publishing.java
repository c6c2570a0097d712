package dev.pawl.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a module must say in its pom before it may be published. */
final class Publishing {

    /** Properties that loosen a gate, with the value that leaves it whole. */
    private static final Map<String, String> GATES = Map.of(
            "pawl.werror", "true",
            "pawl.doclint", "all/protected",
            "pawl.application", "false",
            "pawl.convergence.skip", "false",
            "forbiddenapis.skip", "false",
            "enforcer.skip", "false",
            "spotless.check.skip", "false");

    private Publishing() {}

    /** What the BOM lacks, and what it lists although it is not published. */
    static List<String> problemsOfBom(Reactor reactor, List<Module.Dependency> bom) {
        TreeSet<String> listed =
                bom.stream().map(Module.Dependency::artifactId).collect(Collectors.toCollection(TreeSet::new));
        TreeSet<String> published =
                reactor.published().stream().map(Module::artifactId).collect(Collectors.toCollection(TreeSet::new));
        List<String> problems = new ArrayList<>();
        published.stream().filter(a -> !listed.contains(a)).forEach(a -> problems.add("not in the BOM: " + a));
        listed.stream()
                .filter(a -> !published.contains(a))
                .forEach(a -> problems.add("in the BOM, not published: " + a));
        return problems;
    }

    /** What is wrong with one module's pom. */
    static List<String> problemsOf(Module module) {
        List<String> problems = new ArrayList<>();
        if (!module.isJar()) {
            return problems;
        }
        if (!module.artifactId().equals("pawl-" + module.name())) {
            problems.add(module.folder() + " is not named after its folder: " + module.artifactId());
        }
        if (!module.properties().getOrDefault("pawl.module.name", "").startsWith("dev.pawl.")) {
            problems.add(module.folder() + " has no pawl.module.name");
        }
        if (module.isPublished()) {
            GATES.forEach((property, whole) -> {
                if (!module.properties().getOrDefault(property, whole).equals(whole)) {
                    problems.add(module.folder() + " is published and loosens a gate: " + property);
                }
            });
            if (module.properties().containsKey("pawl.errorprone")) {
                problems.add(module.folder() + " is published and loosens a gate: pawl.errorprone");
            }
        }
        if (module.isCore() && !"false".equals(module.properties().get("pawl.core.skip"))) {
            problems.add(module.folder() + " is a core whose weight is not enforced: pawl.core.skip must be false");
        }
        return problems;
    }
}
