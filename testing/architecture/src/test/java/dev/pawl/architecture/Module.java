package dev.pawl.architecture;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One module of the reactor, as its pom tells.
 *
 * @param folder where it lies below the root, with forward slashes
 * @param directory the same as a path
 */
record Module(
        String folder,
        Path directory,
        String artifactId,
        String packaging,
        Map<String, String> properties,
        List<Dependency> dependencies) {

    /** One entry of {@code <dependencies>}. */
    record Dependency(String groupId, String artifactId, String scope) {

        boolean isOurs() {
            return groupId.equals("dev.pawl");
        }

        boolean isForTestsOnly() {
            return scope.equals("test");
        }
    }

    boolean isJar() {
        return packaging.equals("jar");
    }

    boolean isPublished() {
        return isJar() && !"true".equals(properties.get("maven.deploy.skip"));
    }

    boolean isCore() {
        return folder.endsWith("-core");
    }

    String name() {
        return folder.substring(folder.lastIndexOf('/') + 1);
    }

    Path classes() {
        return directory.resolve("target/classes");
    }

    boolean hasMainSources() {
        return directory.resolve("src/main/java").toFile().isDirectory();
    }
}
