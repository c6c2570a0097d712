package dev.pawl.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PublishingTest {

    private final Reactor reactor = Reactor.here();

    @Test
    void bomListsExactlyThePublishedModules() {
        List<Module.Dependency> bom =
                Pom.read(reactor.root().resolve("bom/pom.xml")).managedDependencies();

        assertThat(reactor.published()).isNotEmpty();
        assertThat(Publishing.problemsOfBom(reactor, bom)).isEmpty();
    }

    @Test
    void everyModuleIsReadyForWhatItIs() {
        assertThat(reactor.modules()).flatMap(Publishing::problemsOf).isEmpty();
    }

    @Test
    void moduleIsNamedAfterAPackageOfItsOwn() {
        assertThat(reactor.modules())
                .filteredOn(Module::hasMainSources)
                .isNotEmpty()
                .allSatisfy(m -> assertThat(m.directory().resolve("src/main/java"))
                        .isDirectoryRecursivelyContaining(path -> path.endsWith(
                                m.properties().get("pawl.module.name").replace('.', '/'))));
    }

    @Test
    void aModuleThatTheBomLacksIsFound() {
        Module published = module("idgen/idgen-new", Map.of());
        Module hidden = module("testing/hidden", Map.of("maven.deploy.skip", "true"));
        Reactor small = new Reactor(Path.of("."), List.of(published, hidden));

        assertThat(Publishing.problemsOfBom(small, List.of())).containsExactly("not in the BOM: pawl-idgen-new");
        assertThat(Publishing.problemsOfBom(small, List.of(dependency("pawl-idgen-new"), dependency("pawl-hidden"))))
                .containsExactly("in the BOM, not published: pawl-hidden");
    }

    @Test
    void aLoosenedGateIsFoundWhereTheModuleIsPublished() {
        assertThat(Publishing.problemsOf(module("idgen/idgen-new", Map.of("pawl.doclint", "none"))))
                .containsExactly("idgen/idgen-new is published and loosens a gate: pawl.doclint");
        assertThat(Publishing.problemsOf(module("idgen/idgen-new", Map.of("pawl.errorprone", "-XDnone"))))
                .containsExactly("idgen/idgen-new is published and loosens a gate: pawl.errorprone");
        assertThat(Publishing.problemsOf(
                        module("testing/new", Map.of("pawl.doclint", "none", "maven.deploy.skip", "true"))))
                .isEmpty();
    }

    @Test
    void aCoreWhoseWeightIsNotEnforcedIsFound() {
        assertThat(Publishing.problemsOf(module("lock/lock-core", Map.of())))
                .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
                .contains("pawl.core.skip");
        assertThat(Publishing.problemsOf(module("lock/lock-core", Map.of("pawl.core.skip", "false"))))
                .isEmpty();
    }

    private static Module.Dependency dependency(String artifactId) {
        return new Module.Dependency("dev.pawl", artifactId, "compile");
    }

    private static Module module(String folder, Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(properties);
        all.put("pawl.module.name", "dev.pawl.anything");
        String name = folder.substring(folder.lastIndexOf('/') + 1);
        return new Module(folder, Path.of(folder), "pawl-" + name, "jar", all, List.of());
    }
}
