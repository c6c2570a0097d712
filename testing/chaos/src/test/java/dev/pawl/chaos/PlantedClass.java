package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;

/** A class, or a script, of the product with one line of its source changed, to be put in front of the product's own. */
final class PlantedClass {

    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final Path RESOURCES = Path.of("src", "main", "resources");

    private PlantedClass() {}

    /** Compiles the class, given as {@code <module's folder>:<file in its package>}, into a folder, which is returned. */
    static Path in(Path folder, String source, String line, String planted) throws IOException {
        Path changed = Files.createDirectories(folder).resolve(Path.of(source).getFileName());
        Files.writeString(changed, changed(SOURCES, source, line, planted));
        int result = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "--release", "17", "-d", folder.toString(), changed.toString());
        assertThat(result).as("result of compiling %s", changed).isZero();
        return folder;
    }

    /** Puts the script, given in the same way, at its place in a folder, which is returned. */
    static Path script(Path folder, String source, String line, String planted) throws IOException {
        Path changed = folder.resolve(source.substring(source.indexOf(':') + 1));
        Files.createDirectories(changed.getParent());
        Files.writeString(changed, changed(RESOURCES, source, line, planted));
        return folder;
    }

    private static String changed(Path kind, String source, String line, String planted) throws IOException {
        String[] words = source.split(":");
        String text = Files.readString(root(Path.of(words[0])).resolve(kind).resolve(words[1]));
        assertThat(text).as(source).containsOnlyOnce(line);
        return text.replace(line, planted);
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
