package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.spi.SegmentTag;
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

/** What H2 has acknowledged is still there after a kill, and was brought to the disk: seen from outside of the process. */
final class H2DurabilityIT {

    private static final int KILLS = 12;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void makeTheTag() throws SQLException {
        file = folder.resolve("ids");
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL(EmbeddedH2.url(file));
        try (Connection open = dataSource.getConnection()) {
            JdbcSegmentStore store = JdbcSegmentStore.of(dataSource, ThreadPerTask.INSTANCE);
            store.createSchema();
            assertThat(Await.value(store.create(SegmentTag.of("orders")))).isTrue();
            assertThat(open.isClosed()).isFalse();
        }
    }

    @Test
    void noRangeThatWasAcknowledgedIsHandedOutAgainAfterAKill() throws Exception {
        long last = 0;
        for (int kill = 1; kill <= KILLS; kill++) {
            long[] range = reserveAndKill(EmbeddedH2.url(file), "RESERVE");
            assertThat(range[0]).as("first number after %s kills", kill - 1).isEqualTo(last + 1);
            last = range[1];
        }
    }

    /** The test of the test above: where nothing is done against it, it sees ranges come back. */
    @Test
    void theSameKillsLoseRangesWithTheDefaultsOfH2() throws Exception {
        long last = 0;
        int lost = 0;
        for (int kill = 1; kill <= KILLS && lost == 0; kill++) {
            long[] range = reserveAndKill("jdbc:h2:file:" + file, "UNSYNCED");
            if (range[0] <= last) {
                lost++;
            }
            last = range[1];
        }
        assertThat(lost).as("ranges lost in %s kills", KILLS).isPositive();
    }

    @Test
    void everyReservationAndEveryCreateAndGiveBackIsSynced() throws Exception {
        long before = syncsOf("RESERVE", 0);
        assertThat(syncsOf("RESERVE", 20) - before)
                .as("fsyncs of 20 reservations")
                .isBetween(20L, 39L);
        assertThat(syncsOf("CREATE", 20) - before)
                .as("fsyncs of 20 creates and reservations")
                .isGreaterThanOrEqualTo(40);
        assertThat(syncsOf("GIVE_BACK", 20) - before)
                .as("fsyncs of 20 reservations and give-backs")
                .isGreaterThanOrEqualTo(40);
    }

    /** The test of the test above: a commit without the checkpoint is written, yet not synced. */
    @Test
    void aCommitAloneIsNotSynced() throws Exception {
        assertThat(syncsOf("UNSYNCED", 20) - syncsOf("UNSYNCED", 0)).isZero();
    }

    private static long[] reserveAndKill(String url, String how) throws IOException, InterruptedException {
        Process program = new ProcessBuilder(program(url, how, 1, "WAIT"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = program.inputReader(StandardCharsets.UTF_8)) {
            String line = output.readLine();
            program.destroyForcibly();
            assertThat(line).as("range of the program").matches("\\d+ \\d+");
            assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(program.exitValue()).as("ended by SIGKILL").isEqualTo(128 + 9);
            String[] range = line.split(" ");
            return new long[] {Long.parseLong(range[0]), Long.parseLong(range[1])};
        } finally {
            program.destroyForcibly();
        }
    }

    private long syncsOf(String how, int reservations) throws IOException, InterruptedException {
        if (!Commands.isInstalled("strace")) {
            throw Missing.tool("strace is missing, which counts fsyncs: install it (Debian: apt-get install strace)");
        }
        Path trace = folder.resolve("trace-" + how + "-" + reservations);
        List<String> command =
                new ArrayList<>(List.of("strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", trace.toString()));
        command.addAll(program(EmbeddedH2.url(file), how, reservations, "HALT"));
        assertThat(Commands.run(command).lines())
                .filteredOn(line -> line.matches("\\d+ \\d+"))
                .hasSize(reservations);
        try (Stream<String> calls = Files.lines(trace)) {
            return calls.filter(call -> call.contains("fsync(") || call.contains("fdatasync("))
                    .count();
        }
    }

    private static List<String> program(String url, String how, int reservations, String end) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ReservingProgram.class.getName(),
                url,
                how,
                Integer.toString(reservations),
                end);
    }
}
