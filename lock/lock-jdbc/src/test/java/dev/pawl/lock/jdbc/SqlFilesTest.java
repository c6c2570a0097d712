package dev.pawl.lock.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every SQL file says what it does, and says it of the statement that it holds. */
final class SqlFilesTest {

    private static final Pattern PARAMETER = Pattern.compile("^--   (\\d+)\\. \\w[\\w ]*: .+$", Pattern.MULTILINE);

    static Stream<String> files() throws IOException, URISyntaxException {
        URI folder = Objects.requireNonNull(SqlText.class.getResource("schema")).toURI();
        Path root = Path.of(folder).getParent();
        try (Stream<Path> paths = Files.walk(root)) {
            return paths
                    .filter(path -> path.toString().endsWith(".sql"))
                    .map(path -> root.relativize(path).toString().replace('\\', '/'))
                    .sorted()
                    .toList()
                    .stream();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyDialectHasAStatementForEachOperation(Dialect dialect) {
        assertThat(dialect.schema).contains("CREATE TABLE IF NOT EXISTS pawl_lock");
        assertThat(List.of(dialect.acquire, dialect.renew, dialect.release, dialect.read, dialect.list))
                .allSatisfy(statement -> assertThat(statement).contains("pawl_lock"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void theHeaderNamesPurposeParametersResultAndWhatIsAtomic(String file) {
        String text = SqlText.file(file);
        for (String heading : List.of("-- Purpose: ", "-- Parameters:", "-- Returns: ", "-- Atomic: ")) {
            assertThat(text).containsOnlyOnce(heading);
        }
        assertThat(text).startsWith("-- Purpose: ");
    }

    @ParameterizedTest
    @MethodSource("files")
    void theHeaderNumbersAsManyParametersAsTheStatementHas(String file) {
        String text = SqlText.file(file);
        List<Integer> numbered = PARAMETER
                .matcher(text)
                .results()
                .map(match -> Integer.valueOf(match.group(1)))
                .toList();
        int placeholders =
                (int) SqlText.statement(file).chars().filter(c -> c == '?').count();
        assertThat(numbered)
                .isEqualTo(IntStream.rangeClosed(1, placeholders).boxed().toList());
        Matcher none =
                Pattern.compile("^-- Parameters: none$", Pattern.MULTILINE).matcher(text);
        assertThat(none.find()).isEqualTo(placeholders == 0);
    }

    @ParameterizedTest
    @MethodSource("files")
    void theFileHoldsOneStatement(String file) {
        assertThat(SqlText.statement(file)).isNotBlank().doesNotContain(";", "--");
    }
}
