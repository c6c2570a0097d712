package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.chaos.LockVerdict.Check;
import dev.pawl.common.Ticker;
import dev.pawl.servers.ServerClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Processes that count under one lock on one Redis: they, it, and what is between them are paused, killed, cut and moved. */
final class LocksOnRedisChaos {

    private static final boolean LONG = ChaosSettings.longRounds();
    private static final Duration TOMBSTONE = Duration.ofSeconds(15);

    /** Where the server keeps what it acknowledged and its clock is right, all that is promised holds. */
    @Test
    void noUpdateIsLostAndNoTwoHandlesAreValidWhateverHappensToProcessesServerAndNetwork()
            throws IOException, InterruptedException {
        Map<LockFault, Integer> times = Map.of(
                LockFault.HOLDER_PAUSED, LONG ? 20 : 3,
                LockFault.HOLDER_KILLED, LONG ? 40 : 6,
                LockFault.WAITER_KILLED, LONG ? 25 : 6,
                LockFault.SERVER_KILLED, LONG ? 15 : 3,
                LockFault.SERVER_PAUSED, LONG ? 15 : 3,
                LockFault.NETWORK_SLOW, LONG ? 10 : 3,
                LockFault.REPLIES_DROPPED, LONG ? 10 : 3,
                LockFault.ACQUIRE_CUT, LONG ? 20 : 3,
                LockFault.RENEWAL_CUT, LONG ? 20 : 3,
                LockFault.RELEASE_CUT, LONG ? 20 : 3);

        try (StoreUnderFault store = StoreUnderFault.durable()) {
            LockVerdict verdict = verdict("locks", times, store);

            assertThat(verdict.problems()).isEmpty();
            assertThat(verdict.lost()).isZero();
        }
    }

    /** With a clock that is set two handles may be valid: the guard tells them apart. */
    @Test
    void noUpdateIsLostAndTokensRiseWhenTheServersClockMoves() throws IOException, InterruptedException {
        String name = "locks-clock";
        Map<LockFault, Integer> times = Map.of(
                LockFault.CLOCK_FORWARD, LONG ? 18 : 3,
                LockFault.CLOCK_BACK, LONG ? 18 : 3);
        ServerClock clock = ServerClock.in(ChaosSettings.folder(name + "-server"));

        try (StoreUnderFault store = StoreUnderFault.withMovableClock(clock)) {
            LockVerdict verdict = verdict(name, times, store);

            requireAllButIntervals(verdict);
        }
    }

    /** Where data is lost two handles may be valid, and with clocks that agree the tokens rise nevertheless. */
    @Test
    void noUpdateIsLostAndTokensRiseWhenTheServerLosesItsLastGrantsOrAllOfThem()
            throws IOException, InterruptedException {
        Map<LockFault, Integer> times = Map.of(
                LockFault.PROMOTED, LONG ? 20 : 3,
                LockFault.FLUSHED, LONG ? 20 : 3);

        try (StoreUnderFault store = StoreUnderFault.replicated()) {
            LockVerdict verdict = verdict("locks-data-loss", times, store);

            requireAllButIntervals(verdict);
        }
    }

    private static void requireAllButIntervals(LockVerdict verdict) {
        assertThat(verdict.problems().keySet()).isSubsetOf(Check.INTERVALS, Check.HAND_OVERS);
        assertThat(verdict.lost()).isZero();
        assertThat(verdict.refused()).isPositive();
    }

    private static LockVerdict verdict(String name, Map<LockFault, Integer> times, StoreUnderFault store)
            throws IOException, InterruptedException {
        Path folder = ChaosSettings.folder(name);
        Random random = ChaosSettings.random(name);
        long start = Ticker.system().nanos();
        LockSetup setup = LockSetup.ours(folder);
        try (LockRound round = new LockRound(setup, store, random)) {
            round.run(LockPlan.of(times, random));
            round.finish();
            LockVerdict verdict = round.verdict();
            ChaosSettings.report(name, start, round.summary() + ", " + verdict.summary());
            assertThat(round.seen()).as("faults seen").isEqualTo(times);
            requireNothingLeft(setup, store);
            return verdict;
        }
    }

    /**
     * Beside the record there may be tombstones of attempts whose requests had no answer, and they end; later by an hour if
     * the server's clock was ahead when they were made.
     */
    private static void requireNothingLeft(LockSetup setup, StoreUnderFault store) throws IOException {
        long longest = (store.hasMovableClock() ? TOMBSTONE.plus(LockNemesis.HOUR) : TOMBSTONE).toMillis();
        String record = StoreUnderFault.key(setup.namespace());
        List<?> keys = (List<?>) Objects.requireNonNull(store.server().ask("KEYS", "*"));
        for (Object key : keys) {
            assertThat(key).isIn(record, record + ":dead");
            long millis = (Long) Objects.requireNonNull(store.server().ask("PTTL", (String) key));
            assertThat(millis).as("time to live of %s", key).isPositive();
            if (!key.equals(record)) {
                assertThat(millis).as("time to live of %s", key).isLessThanOrEqualTo(longest);
            }
        }
        assertThat(keys.stream().anyMatch(record::equals)).isTrue();
    }
}
