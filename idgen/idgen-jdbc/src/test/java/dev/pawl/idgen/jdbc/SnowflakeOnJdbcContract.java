package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.pawl.common.BackendException;
import dev.pawl.idgen.ClockMovedBackException;
import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.layout.DecodedId;
import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.snowflake.SnowflakeGenerator;
import dev.pawl.idgen.snowflake.WorkerIds;
import dev.pawl.idgen.spi.WorkerRecord;
import dev.pawl.servers.SqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Generators that lease their worker ids from one database, each with a store of its own as a process has. */
abstract class SnowflakeOnJdbcContract {

    private static final int BATCH = 10_000;

    /** Eight that start at once take each other's worker ids, and try again, on a machine that may be busy. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    abstract SqlServer server();

    @BeforeEach
    void makeTheTable() throws SQLException {
        try (Connection connection = ServerData.source(server().url()).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS pawl_worker");
        }
        store().createSchema();
    }

    @Test
    void twoHostsWithOneHintGetTwoWorkerIds() {
        // The low 16 bits of 10.1.3.7 and of 10.2.3.7 are the same.
        int hint = 3 << 8 | 7;
        try (SnowflakeGenerator one = generator(hint);
                SnowflakeGenerator two = generator(hint)) {
            int workerOfOne = workerOf(one);
            assertThat(workerOfOne).isEqualTo(hint);
            assertThat(workerOf(two)).isNotEqualTo(workerOfOne);
            assertThat(one.guarantee().level()).isEqualTo(Level.PROVEN);
            assertThat(one.guarantee().scope()).contains("table pawl_worker in ", " database ");
        }
    }

    @Test
    void manyThatStartAtOnceOnOneHintGetAWorkerIdEach() {
        List<SnowflakeGenerator> generators = inParallel(8, i -> generator(0));
        try {
            assertThat(generators).extracting(SnowflakeOnJdbcContract::workerOf).doesNotHaveDuplicates();
        } finally {
            generators.forEach(SnowflakeGenerator::close);
        }
    }

    @Test
    void idsOfAllGeneratorsOfASpaceAreDistinctOverRestarts() {
        List<long[]> batches = inParallel(6, i -> {
                    List<long[]> ids = new ArrayList<>();
                    for (int start = 0; start < 5; start++) {
                        try (SnowflakeGenerator generator = generator(i % 2)) {
                            for (int batch = 0; batch < 3; batch++) {
                                long[] some = new long[BATCH];
                                generator.nextIds(some);
                                ids.add(some);
                            }
                        }
                    }
                    return ids;
                })
                .stream()
                .flatMap(List::stream)
                .toList();
        long[] all = batches.stream().flatMapToLong(LongStream::of).toArray();
        assertThat(all).hasSize(6 * 5 * 3 * BATCH);
        assertThat(Arrays.stream(all).distinct().count()).isEqualTo(all.length);
    }

    @Test
    void aCleanStopFreesTheWorkerIdAndTheNextOwnerBeginsAbove() {
        long last;
        try (SnowflakeGenerator first = generator(5)) {
            assertThat(workerOf(first)).isEqualTo(5);
            last = first.nextId();
        }
        try (SnowflakeGenerator next = generator(5)) {
            long id = next.nextId();
            assertThat(IdLayout.SNOWFLAKE.decode(id).workerId()).isEqualTo(5);
            assertThat(id).isGreaterThan(last);
        }
    }

    @Test
    void aStartWhileTheStoreIsDownFailsClearlyAndInTime() throws Exception {
        try (SnowflakeGenerator running = generator(1)) {
            long before = running.nextId();
            server().kill();
            long start = System.nanoTime();
            Throwable refused = catchThrowable(() -> generator(2).close());
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertThat(refused)
                    .isInstanceOf(BackendException.class)
                    .hasMessageContaining("failed: no connection could be had: ");
            assertThat(took).isLessThan(Duration.ofSeconds(5));
            assertThat(running.nextId()).as("within the window").isGreaterThan(before);
            server().start();
        }
        try (SnowflakeGenerator again = generator(2)) {
            assertThat(workerOf(again)).isEqualTo(2);
        }
    }

    /** What the documentation says to do after a restore: no generator issues a tick below the floor. */
    @Test
    void aFloorHoldsForWorkerIdsWithAndWithoutARecord() throws Exception {
        long floor;
        try (SnowflakeGenerator before = generator(3)) {
            floor = IdLayout.SNOWFLAKE.decode(before.nextId()).tick() + 1_500;
        }
        writeFloor(floor);
        assertThat(Await.value(store().readAll("orders")))
                .extracting(WorkerRecord::workerId)
                .containsExactlyInAnyOrder(3, Integer.MAX_VALUE);
        for (int hint : new int[] {3, 4}) {
            try (SnowflakeGenerator after = generator(hint)) {
                DecodedId id = IdLayout.SNOWFLAKE.decode(after.nextId());
                assertThat(id.workerId()).isEqualTo(hint);
                assertThat(id.tick()).isGreaterThan(floor);
            }
        }
    }

    @Test
    void aGeneratorThatStartsBelowTheFloorIssuesNothing() throws Exception {
        try (SnowflakeGenerator before = generator(3)) {
            writeFloor(IdLayout.SNOWFLAKE.decode(before.nextId()).tick() + 3_600_000);
        }
        try (SnowflakeGenerator early = generator(3)) {
            assertThatExceptionOfType(ClockMovedBackException.class).isThrownBy(early::nextId);
        }
    }

    private void writeFloor(long floor) throws Exception {
        try (Connection connection = ServerData.source(server().url()).getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : DocumentedSql.after("### Worker leases after restoring a backup")) {
                statement.execute(sql.replace("57888000001", Long.toString(floor + 1))
                        .replace("57888000000", Long.toString(floor)));
            }
        }
    }

    private static int workerOf(SnowflakeGenerator generator) {
        return generator.layout().decode(generator.nextId()).workerId();
    }

    private SnowflakeGenerator generator(int hint) {
        return SnowflakeGenerator.builder(WorkerIds.leased(store(), "orders").withHint(hint))
                .maxWait(PATIENCE)
                .build();
    }

    private JdbcWorkerLeaseStore store() {
        try {
            return JdbcWorkerLeaseStore.of(ServerData.source(server().url()), ThreadPerTask.INSTANCE);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static <T> List<T> inParallel(int threads, IntFunction<T> work) {
        List<CompletableFuture<T>> all = IntStream.range(0, threads)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> work.apply(i), ThreadPerTask.INSTANCE))
                .toList();
        return all.stream().map(Await::value).toList();
    }
}
