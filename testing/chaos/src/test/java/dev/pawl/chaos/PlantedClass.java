package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;

/** A class of the product with one line of its source changed, to be put in front of the service's own. */
final class PlantedClass {

    private static final Path SOURCES = Path.of("idgen", "idgen-core", "src", "main", "java");

    private PlantedClass() {}

    /** Compiles the class into a folder, which is returned. */
    static Path in(Path folder, Path source, String line, String planted) throws IOException {
        String text = Files.readString(root().resolve(SOURCES).resolve(source));
        assertThat(text).as(source.toString()).containsOnlyOnce(line);
        Path changed = Files.createDirectories(folder).resolve(source.getFileName());
        Files.writeString(changed, text.replace(line, planted));
        int result = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "--release", "17", "-d", folder.toString(), changed.toString());
        assertThat(result).as("result of compiling %s", changed).isZero();
        return folder;
    }

    /** The tests may run in the module's folder or in the reactor's. */
    private static Path root() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve(SOURCES))) {
                return at;
            }
        }
        throw new AssertionError(SOURCES + " must be above the working folder");
    }
}
