package dev.pawl.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WeightTest {

    static List<Module> published() {
        return Reactor.here().published();
    }

    @ParameterizedTest
    @MethodSource("published")
    void publishedModuleBringsWhatItsPomOwnsUpTo(Module module) throws IOException {
        assertThat(Weight.problems(module, closureOf(module))).isEmpty();
    }

    @Test
    void idgenCoreBringsTwoSmallThingsFromOutside() throws IOException {
        Module core = Reactor.here().byArtifactId("pawl-idgen-core").orElseThrow();

        assertThat(closureOf(core))
                .containsExactly(
                        "dev.pawl:pawl-common-core",
                        "dev.pawl:pawl-delay-wheel",
                        "org.jspecify:jspecify",
                        "org.slf4j:slf4j-api");
    }

    @Test
    void aUserOfOneBackendGetsItsClientAndNothingOfTheOthers() throws IOException {
        Map<String, Set<String>> clients = new TreeMap<>();
        for (Module module : published()) {
            Set<String> brought = Weight.clients(closureOf(module));
            if (!brought.isEmpty()) {
                clients.put(module.name(), brought);
            }
            if (module.folder().startsWith("lock/") || module.folder().startsWith("fencing/")) {
                assertThat(Weight.otherBackends(module, closureOf(module), Reactor.here()))
                        .as(module.folder())
                        .isEmpty();
            }
        }
        Set<String> etcd = Set.of("gRPC", "jetcd");
        assertThat(clients)
                .isEqualTo(Map.of(
                        "common-lettuce", Set.of("Lettuce"),
                        "common-redisson", Set.of("Redisson"),
                        "common-etcd", etcd,
                        "fencing-etcd", etcd,
                        "lock-etcd", etcd,
                        "fencing-zookeeper", Set.of("ZooKeeper"),
                        "lock-zookeeper", Set.of("ZooKeeper")));
    }

    @Test
    void clientsAndOtherBackendsAreFound() {
        Module module = module("lock/lock-etcd", "");

        assertThat(Weight.clients(Set.of("io.netty:netty-buffer", "org.redisson:redisson", "io.grpc:grpc-stub")))
                .containsExactly("Redisson", "gRPC");
        assertThat(Weight.otherBackends(
                        module, Set.of("dev.pawl:pawl-lock-redis", "dev.pawl:pawl-lock-core"), Reactor.here()))
                .containsExactly("lock/lock-redis");
    }

    @Test
    void theWheelBringsNothing() throws IOException {
        Module wheel = Reactor.here().byArtifactId("pawl-delay-wheel").orElseThrow();

        assertThat(closureOf(wheel)).isEmpty();
    }

    @Test
    void anArtifactThatIsNotOwnedUpToIsFound() {
        Module module = module("idgen/idgen-new", "org.slf4j:slf4j-api");

        assertThat(Weight.problems(module, Set.of("org.slf4j:slf4j-api", "com.google.guava:guava")))
                .containsExactly("idgen/idgen-new brings what pawl.weight does not name: com.google.guava:guava");
        assertThat(Weight.problems(module, Set.of()))
                .containsExactly("idgen/idgen-new does not bring what pawl.weight names: org.slf4j:slf4j-api");
    }

    @Test
    void aCoreThatOwnsUpToMoreIsFound() {
        assertThat(Weight.problems(
                        module("lock/lock-core", "com.google.guava:guava"), Set.of("com.google.guava:guava")))
                .containsExactly("lock/lock-core is a core and brings com.google.guava:guava");
    }

    @Test
    void aDriverOrAPoolIsFoundWhateverThePomSays() {
        assertThat(Weight.problems(
                        module("lock/lock-jdbc", "com.zaxxer:HikariCP org.postgresql:postgresql"),
                        Set.of("com.zaxxer:HikariCP", "org.postgresql:postgresql")))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("a driver or a pool"));
    }

    @Test
    void closureIsReadFromTheListOfTheBuild() {
        assertThat(Weight.closure(List.of(
                        "",
                        "The following files have been resolved:",
                        "   org.jspecify:jspecify:jar:1.0.0:compile -- module org.jspecify",
                        "   io.netty:netty-x:jar:linux-x86_64:4.2.1.Final:runtime",
                        "   org.junit:junit:jar:1:test")))
                .containsExactly("io.netty:netty-x", "org.jspecify:jspecify");
    }

    private static Set<String> closureOf(Module module) throws IOException {
        Path list = module.directory().resolve("target/runtime-closure.txt");
        assertThat(list)
                .as("run Maven from the root, so that every module is resolved first")
                .isRegularFile();
        assertThat(Files.getLastModifiedTime(list))
                .as(list + " is older than the module's pom")
                .isGreaterThanOrEqualTo(
                        Files.getLastModifiedTime(module.directory().resolve("pom.xml")));
        return Weight.closure(Files.readAllLines(list));
    }

    private static Module module(String folder, String weight) {
        return new Module(folder, Path.of(folder), "pawl-x", "jar", Map.of("pawl.weight", weight), List.of());
    }
}
