package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.chaos.IdHistory.Verdict;
import dev.pawl.common.Ticker;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The id service, killed again and again. */
final class IdServiceKillChaos {

    private static final boolean LONG = ChaosSettings.longRounds();
    private static final int KILLS = LONG ? 60 : 12;
    private static final long IDS = LONG ? 20_000_000 : 2_000_000;
    private static final long TIME_BASED = LONG ? 500_000 : 50_000;

    @Test
    void noIdRepeatsHoweverTheServiceEndsAndWhateverItsClockSays() throws IOException {
        String name = "kills";
        KillPlan plan = KillPlan.ofAll(KILLS, ChaosSettings.random(name));
        KillRound round = new KillRound(IdService.in(ChaosSettings.folder(name)));
        long start = Ticker.system().nanos();

        round.run(plan);
        round.runUntil(IDS, TIME_BASED);

        List<Verdict> verdicts = verdicts(round);
        ChaosSettings.report(name, start, round.summary(plan));
        assertThat(plan.kills()).isEqualTo(KILLS);
        assertThat(verdicts.stream().mapToLong(Verdict::ids).sum()).isGreaterThanOrEqualTo(IDS);
        assertThat(verdicts).allSatisfy(verdict -> {
            assertThat(verdict.problems()).isEmpty();
            assertThat(verdict.repeats()).isZero();
        });
    }

    /** The test of the test: what the service does against H2's habits is what keeps its ids from repeating. */
    @Test
    void theSameRoundFindsRepeatedIdsOnTheDefaultsOfH2() throws IOException, URISyntaxException {
        String name = "defaults-of-h2";
        KillPlan plan = KillPlan.ofKills(4, ChaosSettings.random(name));
        Path folder = ChaosSettings.folder(name);
        Path planted = Path.of(DefaultsOfH2Driver.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        KillRound round = new KillRound(IdService.in(folder)
                .withClasses(planted)
                .with("PAWL_STORE_URL", DefaultsOfH2Driver.PREFIX + folder.resolve("planted")));
        long start = Ticker.system().nanos();

        round.run(plan);
        round.runUntil(0, 0);

        List<Verdict> verdicts = verdicts(round);
        ChaosSettings.report(
                name,
                start,
                round.summary(plan) + ", repeats " + verdicts.get(0).repeats());
        assertThat(verdicts.get(0).repeats()).as("repeated ids of orders").isPositive();
        assertThat(verdicts.get(0).problems()).anyMatch(problem -> problem.contains("an id must be given once"));
    }

    private static List<Verdict> verdicts(KillRound round) {
        return round.histories().stream().map(IdHistory::judge).toList();
    }
}
