package dev.pawl.lock.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The SQL that the documentation tells operators to run, so that tests run the same. */
final class DocumentedSql {

    private DocumentedSql() {}

    /** Returns the statements of the first block of SQL behind a heading. */
    static List<String> after(String heading) throws IOException {
        Path page = Path.of("..", "..", "docs", "backends", "lock-jdbc.md");
        String text = Files.readString(page);
        assertThat(text).containsOnlyOnce(heading + "\n");
        String section = text.substring(text.indexOf(heading + "\n") + heading.length());
        String block = section.substring(section.indexOf("```sql\n") + 7);
        List<String> statements = Arrays.stream(
                        block.substring(0, block.indexOf("```")).split(";\n"))
                .filter(statement -> !statement.isBlank())
                .toList();
        assertThat(statements).isNotEmpty();
        return statements;
    }
}
