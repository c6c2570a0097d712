package dev.pawl.architecture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a user of one module takes in: the third-party artifacts of its run-time closure, as the build resolved them,
 * beside those that the module's pom owns up to in {@code pawl.weight}.
 */
final class Weight {

    private static final Pattern RESOLVED = Pattern.compile("^\\s+([\\w.-]+):([\\w.-]+):jar:.*:(compile|runtime)\\b.*");
    private static final Set<String> OF_A_CORE = Set.of("org.slf4j:slf4j-api", "org.jspecify:jspecify");
    private static final Pattern DRIVER_OR_POOL = Pattern.compile(
            "(com\\.h2database|org\\.postgresql|org\\.mariadb\\.jdbc|com\\.mysql|com\\.zaxxer|org\\.apache\\.commons)"
                    + ":(h2|postgresql|mariadb-java-client|mysql-connector-j|HikariCP|commons-dbcp2)");

    /** How the artifacts of each store's client begin. */
    private static final Map<String, String> CLIENTS = Map.of(
            "io.lettuce:", "Lettuce",
            "redis.clients:", "Jedis",
            "org.redisson:", "Redisson",
            "org.apache.zookeeper:", "ZooKeeper",
            "org.apache.curator:", "Curator",
            "io.etcd:", "jetcd",
            "io.grpc:", "gRPC",
            "org.springframework", "Spring");

    private Weight() {}

    /** The clients of stores in a closure. */
    static TreeSet<String> clients(Set<String> closure) {
        return CLIENTS.entrySet().stream()
                .filter(client -> closure.stream().anyMatch(artifact -> artifact.startsWith(client.getKey())))
                .map(Map.Entry::getValue)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The backends in the closure of another module: what is neither a core nor common to a store. */
    static List<String> otherBackends(Module module, Set<String> closure, Reactor reactor) {
        return closure.stream()
                .filter(artifact -> artifact.startsWith("dev.pawl:"))
                .flatMap(artifact -> reactor.byArtifactId(artifact.substring("dev.pawl:".length())).stream())
                .filter(taken ->
                        !taken.equals(module) && Arrows.layer(taken.folder()).equals(Arrows.layer("lock/lock-redis")))
                .map(Module::folder)
                .toList();
    }

    /** The {@code group:artifact} names in the output of {@code dependency:list}. */
    static TreeSet<String> closure(List<String> lines) {
        return lines.stream()
                .map(RESOLVED::matcher)
                .filter(Matcher::matches)
                .map(m -> m.group(1) + ":" + m.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    static List<String> problems(Module module, Set<String> closure) {
        TreeSet<String> thirdParty =
                closure.stream().filter(a -> !a.startsWith("dev.pawl:")).collect(Collectors.toCollection(TreeSet::new));
        TreeSet<String> declared = Arrays.stream(
                        module.properties().getOrDefault("pawl.weight", "").split("[,\\s]+"))
                .filter(a -> !a.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        List<String> problems = new ArrayList<>();
        thirdParty.stream()
                .filter(a -> !declared.contains(a))
                .forEach(a -> problems.add(module.folder() + " brings what pawl.weight does not name: " + a));
        declared.stream()
                .filter(a -> !thirdParty.contains(a))
                .forEach(a -> problems.add(module.folder() + " does not bring what pawl.weight names: " + a));
        if (module.isCore()) {
            thirdParty.stream()
                    .filter(a -> !OF_A_CORE.contains(a))
                    .forEach(a -> problems.add(module.folder() + " is a core and brings " + a));
        }
        if (module.folder().endsWith("-jdbc")) {
            thirdParty.stream()
                    .filter(a -> DRIVER_OR_POOL.matcher(a).matches())
                    .forEach(a -> problems.add(module.folder() + " brings a driver or a pool: " + a));
        }
        return problems;
    }
}
