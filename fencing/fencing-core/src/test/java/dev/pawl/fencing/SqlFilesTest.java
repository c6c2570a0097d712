package dev.pawl.fencing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every SQL file says what it does, and says it of the statement that it holds. */
final class SqlFilesTest {

    private static final Pattern PARAMETER = Pattern.compile("^--   (\\d+)\\. \\w[\\w ]*: .+$", Pattern.MULTILINE);

    static List<String> files() throws IOException, URISyntaxException {
        URI folder =
                Objects.requireNonNull(SqlDialect.class.getResource("schema")).toURI();
        Path root = Path.of(folder).getParent();
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(path -> path.toString().endsWith(".sql"))
                    .map(path -> root.relativize(path).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyDialectHasEveryStatement(SqlDialect dialect) {
        assertThat(dialect.lock()).endsWith("FOR UPDATE");
        assertThat(dialect.share()).startsWith("SELECT").containsAnyOf("FOR", "LOCK IN");
        assertThat(dialect.schema()).startsWith("CREATE TABLE IF NOT EXISTS pawl_fence");
        assertThat(List.of(dialect.create(), dialect.raise(), dialect.remove()))
                .allMatch(s -> s.contains("pawl_fence"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void theHeaderNamesPurposeParametersResultAndWhatIsAtomic(String file) throws IOException {
        String text = file(file);
        for (String heading : List.of("-- Purpose: ", "-- Parameters:", "-- Returns: ", "-- Atomic: ")) {
            assertThat(text).containsOnlyOnce(heading);
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void theHeaderNumbersAsManyParametersAsTheOneStatementHas(String file) throws IOException {
        String statement = SqlDialect.text(file);
        List<Integer> numbered = PARAMETER
                .matcher(file(file))
                .results()
                .map(match -> Integer.valueOf(match.group(1)))
                .toList();
        int placeholders = (int) statement.chars().filter(c -> c == '?').count();
        assertThat(numbered)
                .isEqualTo(IntStream.rangeClosed(1, placeholders).boxed().toList());
        assertThat(statement).isNotBlank().doesNotContain(";", "--");
    }

    private static String file(String file) throws IOException {
        try (InputStream in = Objects.requireNonNull(SqlDialect.class.getResourceAsStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
