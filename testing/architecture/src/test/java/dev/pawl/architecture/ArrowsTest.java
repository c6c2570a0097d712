package dev.pawl.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArrowsTest {

    private final Reactor reactor = Reactor.here();

    @Test
    void dependenciesBetweenModulesPointDownwardsOnly() {
        List<String> problems = reactor.modules().stream()
                .flatMap(from -> from.dependencies().stream()
                        .filter(Module.Dependency::isOurs)
                        .flatMap(d -> reactor.byArtifactId(d.artifactId()).stream()
                                .flatMap(
                                        to -> Arrows.problem(from.folder(), to.folder(), d.isForTestsOnly()).stream())))
                .toList();

        assertThat(problems).isEmpty();
    }

    @Test
    void everyModuleButTheBomHasALayer() {
        assertThat(reactor.modules())
                .filteredOn(Module::isJar)
                .hasSizeGreaterThan(5)
                .allSatisfy(
                        m -> assertThat(Arrows.layer(m.folder())).as(m.folder()).isPresent());
    }

    @ParameterizedTest
    @CsvSource({
        "common/common-core,     idgen/idgen-core",
        "fencing/fencing-core,   lock/lock-core",
        "idgen/idgen-core,       testing/testkit",
        "idgen/idgen-core,       lock/lock-core",
        "idgen/idgen-jdbc,       lock/lock-core",
        "idgen/idgen-jdbc,       idgen/idgen-redis",
        "idgen/idgen-jdbc,       idgen/idgen-server",
        "idgen/idgen-server,     testing/chaos",
        "idgen/idgen-server,     delay/delay-core",
        "delay/delay-redis,      delay/delay-jackson",
        "delay/delay-core,       delay/delay-jackson",
        "testing/testkit,        idgen/idgen-jdbc",
        "idgen/idgen-jdbc,       testing/servers",
        "delay/delay-wheel,      common/common-core",
        "testing/testkit,        testing/servers",
        "common/common-lettuce,  testing/servers",
        "testing/testkit,        testing/chaos",
        "idgen/idgen-client,     samples/id-service-client",
        "testing/chaos,          samples/id-service-client",
        "samples/one,            samples/two",
        "samples/id-service-client, testing/chaos",
        "samples/id-service-client, testing/servers",
        "somewhere/new,          common/common-core",
    })
    void arrowThatPointsElsewhereIsRefused(String from, String to) {
        assertThat(Arrows.problem(from, to, false)).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "idgen/idgen-core,       common/common-core,   false",
        "lock/lock-core,         fencing/fencing-core, false",
        "lock/lock-core,         delay/delay-wheel,    false",
        "common/common-lettuce,  common/common-redis,  false",
        "common/common-lettuce,  testing/servers,      true",
        "idgen/idgen-jdbc,       testing/testkit,      true",
        "idgen/idgen-jdbc,       testing/servers,      true",
        "idgen/idgen-server,     idgen/idgen-jdbc,     false",
        "integration/micrometer, lock/lock-core,       false",
        "testing/chaos,          testing/servers,      false",
        "testing/chaos,          idgen/idgen-server,   false",
        "samples/id-service-client, idgen/idgen-client, false",
    })
    void arrowThatPointsDownwardsIsAllowed(String from, String to, boolean forTestsOnly) {
        assertThat(Arrows.problem(from, to, forTestsOnly)).isEmpty();
    }
}
