package dev.pawl.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentsTest {

    private static final int README_LINES = 200;

    private final Reactor reactor = Reactor.here();

    @TempDir
    private Path folder;

    @Test
    void everyPublishedBackendHasItsPage() {
        assertThat(Documents.missingPages(reactor)).isEmpty();
    }

    @Test
    void readmeIsShort() {
        assertThat(reactor.root().resolve("README.md"))
                .isRegularFile()
                .satisfies(readme -> assertThat(Files.readAllLines(readme)).hasSizeLessThanOrEqualTo(README_LINES));
    }

    @Test
    void linksLeadSomewhere() {
        assertThat(Documents.pages(reactor.root()))
                .isNotEmpty()
                .flatMap(Documents::brokenLinks)
                .isEmpty();
    }

    @Test
    void testsThatPagesNameAreThere() throws IOException {
        for (Path page : Documents.pages(reactor.root())) {
            assertThat(Documents.missingTests(reactor.root(), page)).isEmpty();
        }
    }

    @Test
    void sqlFilesBeginWithTheirPurpose() {
        assertThat(reactor.modules())
                .flatMap(m -> Documents.sqlWithoutPurpose(m.directory()))
                .isEmpty();
    }

    @Test
    void aMissingPageIsFound() {
        Module backend = new Module("lock/lock-new", folder, "pawl-lock-new", "jar", Map.of(), List.of());
        Module core = new Module("lock/lock-core", folder, "pawl-lock-core", "jar", Map.of(), List.of());

        assertThat(Documents.missingPages(new Reactor(folder, List.of(backend, core))))
                .containsExactly("missing: docs/backends/lock-new.md");
    }

    @Test
    void aLinkThatLeadsNowhereIsFound() throws IOException {
        Path page = folder.resolve("page.md");
        Files.createDirectories(folder.resolve("docs"));
        Files.writeString(folder.resolve("docs/other.md"), "# Other page, of `two` kinds\n");
        Files.writeString(page, """
                # Page
                [good](docs/other.md) [heading](docs/other.md#other-page-of-two-kinds) [own](#page)
                [folder](docs/) [web](https://example.org/nothing) [mail](mailto:someone@example.org)
                [gone](docs/gone.md) [no heading](docs/other.md#gone) ![image](image.png "title")
                ```
                [in code](nowhere.md)
                ```
                [after](last.md)
                """);

        assertThat(Documents.brokenLinks(page))
                .extracting(line -> line.substring(line.indexOf(": ") + 2))
                .containsExactly("docs/gone.md", "docs/other.md#gone", "image.png", "last.md");
    }

    @Test
    void aTestThatIsNotThereIsFound() throws IOException {
        Path page = folder.resolve("page.md");
        Files.writeString(folder.resolve("OneTest.java"), "final class OneTest {\n    @Test\n    void works() {}\n}\n");
        Files.writeString(page, "`OneTest#works`, `OneTest#fails`, `TwoIT#works`, `Lock#unlock`\n");

        assertThat(Documents.missingTests(folder, page))
                .containsExactly(page + ": OneTest#fails", page + ": TwoIT#works");
    }

    @Test
    void pagesAreThoseAtTheRootAndBelowDocs() throws IOException {
        Files.createDirectories(folder.resolve("docs/deep"));
        Files.writeString(folder.resolve("README.md"), "");
        Files.writeString(folder.resolve("docs/deep/page.md"), "");
        Files.writeString(folder.resolve("docs/deep/notes.txt"), "");

        assertThat(Documents.pages(folder))
                .containsExactly(folder.resolve("README.md"), folder.resolve("docs/deep/page.md"));
    }

    @Test
    void sqlWithoutItsPurposeIsFound() throws IOException {
        Path resources = folder.resolve("src/main/resources/sql");
        Files.createDirectories(resources);
        Files.writeString(resources.resolve("good.sql"), "-- Purpose: makes the table.\nSELECT 1;\n");
        Files.writeString(resources.resolve("bare.sql"), "SELECT 1;\n");
        Files.writeString(resources.resolve("empty.sql"), "-- Purpose:\nSELECT 1;\n");

        assertThat(Documents.sqlWithoutPurpose(folder))
                .hasSize(2)
                .noneSatisfy(line -> assertThat(line).contains("good.sql"));
    }
}
