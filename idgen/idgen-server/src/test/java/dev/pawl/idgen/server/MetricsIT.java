package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an operator is told to watch. */
@Timeout(60)
class MetricsIT {

    private static final Path PAGE = Path.of("..", "..", "docs", "operating.md");
    private static final Pattern WATCHED = Pattern.compile("\\bpawl_(id|http)_[a-z_]+");

    @TempDir
    Path directory;

    @Test
    void everyFigureThatThePageOnOperatingNamesIsThere() throws IOException {
        Set<String> watched = WATCHED.matcher(Files.readString(PAGE))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toSet());
        assertThat(watched).hasSizeGreaterThan(5);
        try (RealService service = RealService.start(directory, "pawl: {built-in: true}")) {
            Set<String> there = service.rest
                    .get("/metrics")
                    .text()
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("[{ ]", 2)[0])
                    .collect(Collectors.toSet());
            assertThat(there).containsAll(watched);
        }
    }

    @Test
    void aStoreThatWentBackIsCountedForLeasesToo() throws IOException {
        try (RealService service = RealService.start(directory, "pawl: {built-in: true}")) {
            assertThat(service.rest.get("/metrics").text())
                    .contains("pawl_id_store_went_back_total{generator=\"snowflake\"}")
                    .contains("pawl_id_store_went_back_total{generator=\"orders\"}");
        }
    }
}
