package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.chaos.IdHistory.Verdict;
import dev.pawl.chaos.ServiceMember.Pace;
import dev.pawl.chaos.SharedStorePlan.Fault;
import dev.pawl.common.Ticker;
import dev.pawl.servers.Postgres;
import dev.pawl.servers.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Services and generators in process on one PostgreSQL: they and it are killed, paused and moved in time. */
@Postgres(settings = "max_connections=60")
final class IdServicesOnPostgresChaos {

    private static final boolean LONG = ChaosSettings.longRounds();
    private static final int SERVICES = LONG ? 4 : 2;
    private static final int TIMES = LONG ? 2 : 1;
    private static final int LARGE_BATCH = 10_000;
    private static final Pace PACE = new Pace(LONG ? LARGE_BATCH : 1000, 50_000);
    private static final long IDS = LONG ? 100_000_000 : 5_000_000;
    private static final String LEASE = "idgen/idgen-core:dev/pawl/idgen/snowflake/WorkerLease.java";

    private final PostgresServer server;

    IdServicesOnPostgresChaos(PostgresServer server) {
        this.server = server;
    }

    /**
     * What meets the database.
     *
     * @param services how many
     * @param pace how fast clients go
     * @param ids how many at least
     * @param settings what is particular about each service
     */
    private record Load(int services, Pace pace, long ids, UnaryOperator<IdService> settings) {}

    @Test
    void noIdRepeatsOverServicesThatShareADatabaseWhateverHappensToThemAndToIt()
            throws IOException, InterruptedException, SQLException {
        Random random = ChaosSettings.random("shared-store");
        SharedStorePlan plan = SharedStorePlan.ofAll(TIMES, random);

        List<Verdict> verdicts =
                verdicts("shared-store", plan, random, new Load(SERVICES, PACE, IDS, service -> service));

        assertThat(plan.kills()).isGreaterThanOrEqualTo(12);
        assertThat(verdicts.stream().mapToLong(Verdict::ids).sum()).isGreaterThanOrEqualTo(IDS);
        assertThat(verdicts).allSatisfy(verdict -> {
            assertThat(verdict.problems()).isEmpty();
            assertThat(verdict.repeats()).isZero();
        });
    }

    /** The test of the test: a service that trusts its lease for ever repeats what the next owner of its worker id gives. */
    @Test
    void theSameRoundFindsRepeatedIdsWhereNobodyLooksAtTheLeasesLimit()
            throws IOException, InterruptedException, SQLException {
        String name = "shared-store-without-limit";
        Path planted =
                PlantedClass.in(ChaosSettings.folder(name + "-classes"), LEASE, "return limit;", "return SEALED - 1;");
        SharedStorePlan plan = new SharedStorePlan(List.of(Fault.PAUSE_AND_WAKE_UP_WITHOUT_STORE));

        List<Verdict> verdicts = verdicts(
                name, plan, ChaosSettings.random(name), new Load(2, PACE, 0, service -> service.withClasses(planted)));

        requireRepeats(verdicts, "snowflake");
        requireRepeats(verdicts, "sonyflake");
    }

    /** The test of the test: without a lease, services repeat each other's ids. */
    @Test
    void theSameRoundFindsRepeatedIdsOfServicesWithOneWorkerIdByConfiguration()
            throws IOException, InterruptedException, SQLException {
        String name = "shared-store-one-worker";
        String config = SharedStoreRound.CONFIG + "    snowflake: {kind: snowflake, worker-id: 7}\n";

        List<Verdict> verdicts = verdicts(
                name,
                new SharedStorePlan(List.of(Fault.KILL)),
                ChaosSettings.random(name),
                new Load(2, new Pace(LARGE_BATCH, 1_000_000), 10_000_000, service -> service.withConfig(config)));

        requireRepeats(verdicts, "snowflake");
    }

    private List<Verdict> verdicts(String name, SharedStorePlan plan, Random random, Load load)
            throws IOException, InterruptedException, SQLException {
        Path folder = ChaosSettings.folder(name);
        List<IdService> installations = IntStream.rangeClosed(1, load.services)
                .mapToObj(i -> IdService.in(folder.resolve(String.valueOf(i))).withConfig(SharedStoreRound.CONFIG))
                .map(load.settings)
                .toList();
        long start = Ticker.system().nanos();
        try (SharedStoreRound round = new SharedStoreRound(server, installations, load.pace, random)) {
            round.run(plan);
            round.finish(load.ids);
            List<Verdict> verdicts = round.histories().verdicts();
            long repeats = verdicts.stream().mapToLong(Verdict::repeats).sum();
            ChaosSettings.report(name, start, round.summary(plan) + ", repeats " + repeats);
            return verdicts;
        }
    }

    private static void requireRepeats(List<Verdict> verdicts, String generator) {
        Verdict found = verdicts.stream()
                .filter(verdict -> verdict.generator().equals(generator))
                .findFirst()
                .orElseThrow();
        assertThat(found.repeats()).as("repeated ids of %s", generator).isPositive();
        assertThat(found.problems()).anyMatch(problem -> problem.contains("an id must be given once"));
    }
}
