package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.chaos.JobSetup.Pace;
import dev.pawl.chaos.JobVerdict.Check;
import dev.pawl.servers.ServerClock;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The test of the tests: the same rounds find what other queues lose, and what ours does with a line of a script that is wrong. */
final class JobControlsChaos {

    private static final boolean LONG = ChaosSettings.longRounds();
    private static final int KILLS = LONG ? 10 : 2;
    private static final Pace PACE = new Pace(200, Duration.ofMillis(500), 200);

    /** Long enough for a claim that was cut to be repeated before it ends. */
    private static final Duration VISIBILITY = Duration.ofSeconds(4);

    /** The same on a machine that has a lot of other work. */
    private static final Duration LONG_VISIBILITY = Duration.ofSeconds(30);

    @Test
    void aQueueThatPopsBeforeItWorksLosesJobs() throws IOException, InterruptedException {
        requireLost(killed("control-pop", WorkerQueue.Kind.POP_THEN_WORK));
    }

    @Test
    void redissonsDelayedQueueLosesJobs() throws IOException, InterruptedException {
        requireLost(killed("control-redisson", WorkerQueue.Kind.REDISSON));
    }

    private static void requireLost(JobVerdict verdict) {
        assertThat(verdict.problems(Check.LOST)).hasSizeGreaterThanOrEqualTo(Math.min(5, KILLS));
    }

    private static JobVerdict killed(String name, WorkerQueue.Kind kind) throws IOException, InterruptedException {
        try (RedisUnderFault store = RedisUnderFault.durable()) {
            return JobRounds.ofBroken(setup(name, kind), Map.of(JobFault.WORKER_KILLED, KILLS), store);
        }
    }

    @Test
    void withoutTombstonesAnAcknowledgementThatIsRepeatedLooksStaleOrTheJobComesBack()
            throws IOException, InterruptedException {
        JobSetup setup = BrokenJobs.withoutTombstones(setup("control-tombstones", WorkerQueue.Kind.REDIS));

        assertThat(cut(setup, Map.of(JobFault.ACK_CUT, 2, JobFault.ENQUEUE_CUT, 2))
                        .problems())
                .containsKey(Check.ANSWERS);
    }

    @Test
    void withoutReplayAClaimThatIsRepeatedLeavesJobsWithNobody() throws IOException, InterruptedException {
        JobSetup setup = BrokenJobs.withoutReplay(
                setup("control-replay", WorkerQueue.Kind.REDIS).with(VISIBILITY));

        assertThat(cut(setup, Map.of(JobFault.CLAIM_CUT, 3)).problems()).containsKey(Check.UNSEEN);
    }

    /** The counterpart: ours in the same round. */
    @Tag("long")
    @Test
    void withReplayEveryClaimComesToSomebody() throws IOException, InterruptedException {
        JobSetup setup = setup("control-none", WorkerQueue.Kind.REDIS).with(LONG_VISIBILITY);

        JobRounds.requireAll(cut(setup, Map.of(JobFault.CLAIM_CUT, 3)));
    }

    @Test
    void aTokenPerJobDoesNotRiseFromJobToJob() throws IOException, InterruptedException {
        JobSetup setup = BrokenJobs.withATokenPerJob(setup("control-token", WorkerQueue.Kind.REDIS));

        assertThat(cut(setup, Map.of(JobFault.ENQUEUE_CUT, 1)).problems()).containsKey(Check.TOKENS);
    }

    private static JobVerdict cut(JobSetup setup, Map<JobFault, Integer> times)
            throws IOException, InterruptedException {
        try (RedisUnderFault store = RedisUnderFault.durable()) {
            return JobRounds.ofBroken(setup, times, store);
        }
    }

    @Test
    void aClampedClockMakesJobsDueBeforeTheirTime() throws IOException, InterruptedException {
        String name = "control-clock";
        JobSetup setup = BrokenJobs.withAClampedClock(setup(name, WorkerQueue.Kind.REDIS));
        ServerClock clock = ServerClock.in(ChaosSettings.folder(name + "-server"));

        try (RedisUnderFault store = RedisUnderFault.withMovableClock(clock)) {
            assertThat(JobRounds.ofBroken(setup, Map.of(JobFault.CLOCK_FORWARD, 1), store)
                            .problems())
                    .containsKey(Check.EARLY);
        }
    }

    private static JobSetup setup(String name, WorkerQueue.Kind kind) throws IOException {
        return JobSetup.of(kind, PACE, ChaosSettings.folder(name)).small();
    }
}
