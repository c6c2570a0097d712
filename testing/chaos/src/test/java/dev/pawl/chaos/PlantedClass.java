package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;

/** A class of the product with one line of its source changed, to be put in front of the product's own. */
final class PlantedClass {

    private static final Path SOURCES = Path.of("src", "main", "java");

    private PlantedClass() {}

    /** Compiles the class, given as {@code <module's folder>:<file in its package>}, into a folder, which is returned. */
    static Path in(Path folder, String source, String line, String planted) throws IOException {
        String[] words = source.split(":");
        Path file = root(Path.of(words[0])).resolve(SOURCES).resolve(words[1]);
        String text = Files.readString(file);
        assertThat(text).as(source).containsOnlyOnce(line);
        Path changed = Files.createDirectories(folder).resolve(file.getFileName());
        Files.writeString(changed, text.replace(line, planted));
        int result = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "--release", "17", "-d", folder.toString(), changed.toString());
        assertThat(result).as("result of compiling %s", changed).isZero();
        return folder;
    }

    /** The tests may run in the module's folder or in the reactor's. */
    private static Path root(Path module) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve(module))) {
                return at.resolve(module);
            }
        }
        throw new AssertionError(module + " must be above the working folder");
    }
}
