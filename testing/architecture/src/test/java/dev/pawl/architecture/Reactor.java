package dev.pawl.architecture;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** All modules that the root pom lists, found from the directory that the tests run in. */
record Reactor(Path root, List<Module> modules) {

    static Reactor here() {
        Path directory = Path.of("").toAbsolutePath();
        while (directory != null) {
            Path pom = directory.resolve("pom.xml");
            if (Files.exists(pom) && !Pom.read(pom).modules().isEmpty()) {
                return at(directory);
            }
            directory = directory.getParent();
        }
        throw new IllegalStateException("no reactor above " + Path.of("").toAbsolutePath());
    }

    static Reactor at(Path root) {
        return new Reactor(
                root,
                Pom.read(root.resolve("pom.xml")).modules().stream()
                        .map(folder -> module(root, folder))
                        .toList());
    }

    private static Module module(Path root, String folder) {
        Path directory = root.resolve(folder);
        Pom pom = Pom.read(directory.resolve("pom.xml"));
        return new Module(folder, directory, pom.artifactId(), pom.packaging(), pom.properties(), pom.dependencies());
    }

    List<Module> published() {
        return modules.stream().filter(Module::isPublished).toList();
    }

    Optional<Module> byArtifactId(String artifactId) {
        return modules.stream().filter(m -> m.artifactId().equals(artifactId)).findFirst();
    }
}
