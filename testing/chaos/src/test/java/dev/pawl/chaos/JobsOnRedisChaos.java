package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.chaos.JobRounds.Result;
import dev.pawl.chaos.JobSetup.Pace;
import dev.pawl.servers.ServerClock;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Processes that enqueue and work on one Redis: they, it, and what is between them are paused, killed, cut and moved. */
final class JobsOnRedisChaos {

    private static final boolean LONG = ChaosSettings.longRounds();
    private static final Pace PACE =
            LONG ? new Pace(2_600, Duration.ofSeconds(15), 700) : new Pace(400, Duration.ofSeconds(2), 300);

    /** Where the server keeps what it acknowledged and its clock is right, all that is promised holds. */
    @Test
    void noJobIsLostEarlyOrUndeadWhateverHappensToProcessesServerAndNetwork() throws IOException, InterruptedException {
        Map<JobFault, Integer> times = Map.of(
                JobFault.WORKER_PAUSED, LONG ? 10 : 1,
                JobFault.WORKER_KILLED, LONG ? 30 : 5,
                JobFault.PRODUCER_KILLED, LONG ? 15 : 5,
                JobFault.SERVER_KILLED, LONG ? 15 : 2,
                JobFault.REPLIES_DROPPED, LONG ? 5 : 1,
                JobFault.ENQUEUE_CUT, LONG ? 10 : 1,
                JobFault.CLAIM_CUT, LONG ? 10 : 1,
                JobFault.ACK_CUT, LONG ? 10 : 1);
        assertThat(JobRounds.kills(times)).isGreaterThanOrEqualTo(LONG ? 60 : 12);

        try (RedisUnderFault store = RedisUnderFault.durable()) {
            Result result = JobRounds.of(setup("jobs"), times, store);
            JobRounds.requireAll(result.verdict());
            requireFigures(result);
        }
    }

    /** On a machine that has nothing else to do. */
    private static void requireFigures(Result result) {
        JobVerdict verdict = result.verdict();
        assertThat(verdict.counts().refusedAcks()).isPositive();
        assertThat(verdict.counts().cancelled()).isPositive();
        if (LONG) {
            assertThat(verdict.counts().taken()).isGreaterThanOrEqualTo(100_000);
            assertThat(result.calmRate()).isGreaterThanOrEqualTo(2_000);
            assertThat(verdict.calm().quantile(0.99)).isLessThanOrEqualTo(20);
            assertThat(verdict.faulty().quantile(0.99))
                    .isLessThanOrEqualTo(
                            JobSetup.VISIBILITY.plus(JobSetup.MAX_POLL).toMillis());
        }
    }

    /** A kill of the server alone does not lose what is in its file, whether or not that is on the disk. */
    @Tag("long")
    @Test
    void noJobIsLostWhenTheServerIsKilledThatSyncsEverySecond() throws IOException, InterruptedException {
        try (RedisUnderFault store = RedisUnderFault.everySecond()) {
            Map<JobFault, Integer> times = Map.of(JobFault.SERVER_KILLED, LONG ? 10 : 2);
            JobRounds.requireAll(
                    JobRounds.of(setup("jobs-everysec"), times, store).verdict());
        }
    }

    /** A step of the clock delays jobs, or makes them due, and does nothing else. */
    @Test
    void noJobIsLostOrEarlyByTheServersClockWhenThatMoves() throws IOException, InterruptedException {
        String name = "jobs-clock";
        Map<JobFault, Integer> times = Map.of(
                JobFault.CLOCK_FORWARD, LONG ? 8 : 1,
                JobFault.CLOCK_BACK, LONG ? 8 : 1);
        ServerClock clock = ServerClock.in(ChaosSettings.folder(name + "-server"));

        try (RedisUnderFault store = RedisUnderFault.withMovableClock(clock)) {
            JobRounds.requireAll(JobRounds.of(setup(name), times, store).verdict());
        }
    }

    /** What the replica did not know is gone, or comes back; all else holds, and tokens rise. */
    @Test
    void nothingIsLostButWhatTheReplicaDidNotKnow() throws IOException, InterruptedException {
        Map<JobFault, Integer> times = Map.of(JobFault.PROMOTED, LONG ? 10 : 1);
        try (RedisUnderFault store = RedisUnderFault.replicated()) {
            JobVerdict verdict =
                    JobRounds.of(setup("jobs-data-loss"), times, store).verdict();
            assertThat(verdict.problems()).isEmpty();
            assertThat(verdict.counts().excused()).as("what was lost").isPositive();
        }
    }

    /** A message that is lost costs no more than maxPoll. */
    @Tag("long")
    @Test
    void jobsAreSeenInTimeWhereEveryMessageIsLost() throws IOException, InterruptedException {
        Pace slow = new Pace(20, Duration.ofSeconds(LONG ? 30 : 3), 20);
        JobSetup setup = JobSetup.of(WorkerQueue.Kind.REDIS, slow, ChaosSettings.folder("jobs-no-hints"));
        try (RedisUnderFault store = RedisUnderFault.durable()) {
            JobVerdict verdict = JobRounds.of(BrokenJobs.withoutHints(setup), Map.of(), store)
                    .verdict();
            JobRounds.requireAll(verdict);
            double most = JobSetup.MAX_POLL.toMillis() + (LONG ? 100 : 20_000);
            assertThat(verdict.calm().max()).isLessThanOrEqualTo(most);
        }
    }

    private static JobSetup setup(String name) throws IOException {
        return JobSetup.of(WorkerQueue.Kind.REDIS, PACE, ChaosSettings.folder(name));
    }
}
