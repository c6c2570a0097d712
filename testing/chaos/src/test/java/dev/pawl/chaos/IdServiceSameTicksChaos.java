package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.chaos.IdHistory.Verdict;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.layout.IdLayout;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A service that was killed and comes back into the very ticks that it used, since its clock was set back meanwhile. */
final class IdServiceSameTicksChaos {

    private static final Duration WINDOW = Duration.ofSeconds(1);
    private static final int ATTEMPTS = 5;
    private static final String STATIC_WORKER_ID =
            "pawl:\n  generators:\n    snowflake: {kind: snowflake, worker-id: 7}\n";

    private final IdHistory history = new IdHistory("snowflake", id -> "" + IdLayout.SNOWFLAKE.decode(id));
    private int life;

    @Test
    void aLeaseKeepsIdsApartInTicksThatWereUsedBefore() throws IOException {
        Verdict verdict = sameTicksTwice(IdService.in(ChaosSettings.folder("same-ticks-leased")));
        assertThat(verdict.problems()).isEmpty();
    }

    /** The test of the test: a worker id that nothing was written down about repeats its ids. */
    @Test
    void aStaticWorkerIdIsSeenToRepeatIds() throws IOException {
        IdService service =
                IdService.in(ChaosSettings.folder("same-ticks-static")).withConfig(STATIC_WORKER_ID);
        Verdict verdict = sameTicksTwice(service);
        assertThat(verdict.repeats()).isPositive();
        assertThat(verdict.problems())
                .anyMatch(problem -> problem.contains("an id must be given once") && problem.contains("worker=7"));
    }

    private Verdict sameTicksTwice(IdService service) throws IOException {
        long start = Ticker.system().nanos();
        Instant began = Clock.systemUTC().instant();
        liveUntil(service, Duration.ZERO, Instant.MIN, WINDOW);
        Duration startTime = Duration.between(began, firstInstant());
        Instant last = lastInstant();
        Instant first = firstInstant();
        assertThat(Duration.between(first, last)).isGreaterThan(WINDOW.dividedBy(2));

        // How long a start takes varies, and the second life has to be there before the used ticks end.
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Instant wanted = first.minus(startTime.multipliedBy(attempt));
            Duration back = Duration.between(Clock.systemUTC().instant(), wanted);
            liveUntil(service, back, last, Duration.ZERO);
            if (firstInstant().isBefore(last)) {
                Verdict verdict = history.judge();
                ChaosSettings.report(
                        service.folder().getFileName().toString(),
                        start,
                        (attempt + 1) + " kills, clock moved by " + back + ", " + verdict.ids() + " ids, repeats "
                                + verdict.repeats());
                return verdict;
            }
        }
        throw new AssertionError("no start was quick enough to meet the ticks of the first life");
    }

    /** A life of full load, until its ids are past an instant and for at least a while, which a kill ends. */
    private void liveUntil(IdService service, Duration clockShift, Instant past, Duration least) throws IOException {
        life++;
        try (ServiceProcess process = service.start(clockShift);
                IdLoad load = new IdLoad(process, life)) {
            load.client(history, 1000, Duration.ZERO).client(history, 1, Duration.ZERO);
            Await.until("ids past " + past, Await.PATIENCE, () -> {
                load.requireNoError();
                return history.size(life) > 100_000
                        && lastInstant().isAfter(past)
                        && !lastInstant().isBefore(firstInstant().plus(least));
            });
            load.faultComes();
            process.process().kill();
            assertThat(load.awaitBroken().broken()).isEqualTo(2);
        }
    }

    private Instant firstInstant() {
        return IdLayout.SNOWFLAKE.decode(history.first(life).orElseThrow()).instant();
    }

    private Instant lastInstant() {
        return IdLayout.SNOWFLAKE.decode(history.last(life).orElseThrow()).instant();
    }
}
