package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.servers.Commands;
import dev.pawl.servers.Missing;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lease that H2 has acknowledged is still there after a kill, and was brought to the disk. */
final class H2WorkerLeaseDurabilityIT {

    private static final int KILLS = 5;

    @TempDir
    private Path folder;

    private String url;

    @BeforeEach
    void makeTheTable() throws SQLException {
        url = EmbeddedH2.url(folder.resolve("ids"));
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL(url);
        try (Connection open = dataSource.getConnection()) {
            JdbcWorkerLeaseStore.of(dataSource, ThreadPerTask.INSTANCE).createSchema();
            assertThat(open.isClosed()).isFalse();
        }
    }

    @Test
    void noLeaseThatWasAcknowledgedGoesBackWithAKill() throws Exception {
        for (int kill = 1; kill <= KILLS; kill++) {
            assertThat(writeAndKill()).as("last tick in round %s", kill).isEqualTo(100L * kill);
        }
    }

    @Test
    void everyWriteIsSynced() throws Exception {
        assertThat(syncsOf(20) - syncsOf(0)).as("fsyncs of 20 writes").isBetween(20L, 39L);
    }

    private long writeAndKill() throws IOException, InterruptedException {
        Process program = new ProcessBuilder(program(1, "WAIT"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = program.inputReader(StandardCharsets.UTF_8)) {
            String line = output.readLine();
            program.destroyForcibly();
            assertThat(line).as("last tick of the program").matches("\\d+");
            assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(program.exitValue()).as("ended by SIGKILL").isEqualTo(128 + 9);
            return Long.parseLong(line);
        } finally {
            program.destroyForcibly();
        }
    }

    private long syncsOf(int writes) throws IOException, InterruptedException {
        if (!Commands.isInstalled("strace")) {
            throw Missing.tool("strace is missing, which counts fsyncs: install it (Debian: apt-get install strace)");
        }
        Path trace = folder.resolve("trace-" + writes);
        List<String> command =
                new ArrayList<>(List.of("strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", trace.toString()));
        command.addAll(program(writes, "HALT"));
        assertThat(Commands.run(command).lines())
                .filteredOn(line -> line.matches("\\d+"))
                .hasSize(writes);
        try (Stream<String> calls = Files.lines(trace)) {
            return calls.filter(call -> call.contains("fsync(") || call.contains("fdatasync("))
                    .count();
        }
    }

    private List<String> program(int writes, String end) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                LeasingProgram.class.getName(),
                url,
                Integer.toString(writes),
                end);
    }
}
