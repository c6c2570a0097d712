package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.chaos.IdHistory.Verdict;
import dev.pawl.chaos.SharedStoreRound.Settings;
import dev.pawl.common.Ticker;
import dev.pawl.servers.Postgres;
import dev.pawl.servers.PostgresServer;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Services and generators in process on one PostgreSQL: they and it are killed, paused and moved in time. */
@Postgres(settings = "max_connections=60")
final class IdServicesOnPostgresChaos {

    private static final boolean LONG = ChaosSettings.longRounds();
    private static final int SERVICES = LONG ? 4 : 2;
    private static final int TIMES = LONG ? 2 : 1;
    private static final int BATCH = LONG ? 10_000 : 1000;
    private static final long IDS = LONG ? 100_000_000 : 5_000_000;

    private final PostgresServer server;

    IdServicesOnPostgresChaos(PostgresServer server) {
        this.server = server;
    }

    @Test
    void noIdRepeatsOverServicesThatShareADatabaseWhateverHappensToThemAndToIt()
            throws IOException, InterruptedException {
        String name = "shared-store";
        Random random = ChaosSettings.random(name);
        SharedStorePlan plan = SharedStorePlan.ofAll(TIMES, random);
        long start = Ticker.system().nanos();

        try (SharedStoreRound round = new SharedStoreRound(
                server, ChaosSettings.folder(name), "", new Settings(SERVICES, BATCH, random))) {
            round.run(plan);
            round.finish(IDS);

            List<Verdict> verdicts = round.histories().verdicts();
            ChaosSettings.report(name, start, round.summary(plan));
            assertThat(plan.kills()).isGreaterThanOrEqualTo(12);
            assertThat(verdicts.stream().mapToLong(Verdict::ids).sum()).isGreaterThanOrEqualTo(IDS);
            assertThat(verdicts).allSatisfy(verdict -> {
                assertThat(verdict.problems()).isEmpty();
                assertThat(verdict.repeats()).isZero();
            });
        }
    }
}
