package dev.pawl.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnippetsTest {

    private final Reactor reactor = Reactor.here();

    @TempDir
    private Path folder;

    @Test
    void theJavaInTheDocumentsCompiles() throws IOException {
        int blocks = 0;
        for (Path page : Documents.pages(reactor.root())) {
            Snippets snippets = Snippets.of(page);
            blocks += snippets.bodies().size();
            assertThat(snippets.compile(folder)).as("%s", page).isEmpty();
        }
        assertThat(blocks).isGreaterThanOrEqualTo(7);
    }

    @Test
    void aBlockThatDoesNotCompileIsFound() throws IOException {
        Path page = folder.resolve("page.md");
        Files.writeString(
                page,
                "# Page\n<!-- given: String a -->\n```java\nint n = a.length();\n```\n```java\nint n = a;\n```\n");

        Snippets snippets = Snippets.of(page);

        assertThat(snippets.bodies()).hasSize(2);
        assertThat(snippets.compile(folder)).contains("cannot find symbol").doesNotContain("length");
        assertThat(new Snippets(page, List.of(snippets.bodies().get(0))).compile(folder))
                .isEmpty();
    }
}
