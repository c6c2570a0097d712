package dev.pawl.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ClassRulesTest {

    private static final String FIXTURES = "dev.pawl.architecture.fixture";

    private static JavaClasses all;
    private static JavaClasses withoutBenchmarks;
    private static Map<String, String> folderOfClass;

    @BeforeAll
    static void readsWhatTheReactorHasBuilt() {
        List<Module> modules =
                Reactor.here().modules().stream().filter(Module::hasMainSources).toList();
        assertThat(modules)
                .allSatisfy(m -> assertThat(m.classes())
                        .as("run Maven from the root, so that every module is built first")
                        .isDirectory());
        all = new ClassFileImporter()
                .withImportOption(location -> !location.contains("jmh_generated") && !location.contains("_jcstress"))
                .importPaths(modules.stream().map(Module::classes).toList());
        assertThat(all).hasSizeGreaterThan(30);
        folderOfClass = new TreeMap<>();
        all.forEach(type -> folderOfClass.put(type.getName(), folderOfSource(type, modules)));
        withoutBenchmarks = all.that(DescribedPredicate.describe(
                "not of the benchmarks", type -> !folder(type).equals("testing/benchmarks")));
    }

    private static String folderOfSource(JavaClass type, List<Module> modules) {
        String source = type.getSource().orElseThrow().getUri().getPath();
        return modules.stream()
                .map(Module::folder)
                .filter(folder -> source.contains("/" + folder + "/target/classes/"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void packagesFormNoCycles() {
        assertThat(ClassRules.violations(ClassRules.NO_PACKAGE_CYCLES, all)).isEmpty();
    }

    @Test
    void packagesAreNamedAfterWhatTheyDo() {
        assertThat(ClassRules.violations(ClassRules.PACKAGES_NAMED_AFTER_WHAT_THEY_DO, all))
                .isEmpty();
    }

    @Test
    void publicClassesAreFinal() {
        assertThat(ClassRules.violations(ClassRules.PUBLIC_CLASSES_FINAL, withoutBenchmarks))
                .isEmpty();
    }

    @Test
    void packagesAreNullMarked() {
        assertThat(ClassRules.violations(ClassRules.PACKAGES_NULL_MARKED, withoutBenchmarks))
                .isEmpty();
    }

    @Test
    void nothingIsReadByJavaSerialization() {
        assertThat(ClassRules.violations(ClassRules.NO_JAVA_SERIALIZATION, all)).isEmpty();
    }

    @Test
    void classesUseClassesOfLowerLayersOnly() {
        List<String> problems = all.stream()
                .flatMap(from -> from.getDirectDependenciesFromSelf().stream()
                        .map(d -> d.getTargetClass().getBaseComponentType())
                        .filter(to -> folderOfClass.containsKey(to.getName()))
                        .flatMap(to -> Arrows.problem(folder(from), folder(to), false).stream()
                                .map(problem -> from.getName() + ": " + problem)))
                .distinct()
                .toList();

        assertThat(problems).isEmpty();
    }

    @Test
    void aPackageBelongsToOneModule() {
        Map<String, TreeSet<String>> foldersOfPackage = new TreeMap<>();
        all.forEach(c -> foldersOfPackage
                .computeIfAbsent(c.getPackageName(), p -> new TreeSet<>())
                .add(folder(c)));

        assertThat(foldersOfPackage.entrySet())
                .isNotEmpty()
                .allSatisfy(e -> assertThat(e.getValue()).as(e.getKey()).hasSize(1));
    }

    @Test
    void aCycleOfPackagesIsFound() {
        assertThat(ClassRules.violations(ClassRules.NO_PACKAGE_CYCLES, fixtures("cycle")))
                .hasSize(1);
    }

    @Test
    void aPackageThatHidesItsPurposeIsFound() {
        assertThat(ClassRules.violations(ClassRules.PACKAGES_NAMED_AFTER_WHAT_THEY_DO, fixtures("util")))
                .anySatisfy(line -> assertThat(line).contains("fixture.util.Anything"));
    }

    @Test
    void anOpenPublicClassIsFound() {
        List<String> found = ClassRules.violations(ClassRules.PUBLIC_CLASSES_FINAL, fixtures("open"));

        assertThat(found).hasSize(3);
        assertThat(found).anySatisfy(line -> assertThat(line).contains("OpenClass"));
        assertThat(found).anySatisfy(line -> assertThat(line).contains("AbstractClass"));
        assertThat(found).anySatisfy(line -> assertThat(line).contains("LeafException"));
    }

    @Test
    void aPackageWithoutNullMarkedIsFound() {
        assertThat(ClassRules.violations(ClassRules.PACKAGES_NULL_MARKED, fixtures("open")))
                .isNotEmpty();
        assertThat(ClassRules.violations(ClassRules.PACKAGES_NULL_MARKED, fixtures("util")))
                .isEmpty();
    }

    @Test
    void javaSerializationIsFound() {
        assertThat(ClassRules.violations(ClassRules.NO_JAVA_SERIALIZATION, fixtures("serial")))
                .isNotEmpty();
    }

    private static JavaClasses fixtures(String name) {
        JavaClasses found = new ClassFileImporter().importPackages(FIXTURES + "." + name);
        assertThat(found).isNotEmpty();
        return found;
    }

    private static String folder(JavaClass type) {
        return folderOfClass.get(type.getName());
    }
}
