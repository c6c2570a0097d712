package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.servers.ServerClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

        try (RedisUnderFault store = RedisUnderFault.durable()) {
            LockRounds.requireAll(verdict("locks", times, store));
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

        try (RedisUnderFault store = RedisUnderFault.withMovableClock(clock)) {
            LockRounds.requireAllButIntervals(verdict(name, times, store));
        }
    }

    /** Where data is lost two handles may be valid, and with clocks that agree the tokens rise nevertheless. */
    @Test
    void noUpdateIsLostAndTokensRiseWhenTheServerLosesItsLastGrantsOrAllOfThem()
            throws IOException, InterruptedException {
        Map<LockFault, Integer> times = Map.of(
                LockFault.PROMOTED, LONG ? 20 : 3,
                LockFault.FLUSHED, LONG ? 20 : 3);

        try (RedisUnderFault store = RedisUnderFault.replicated()) {
            LockRounds.requireAllButIntervals(verdict("locks-data-loss", times, store));
        }
    }

    private static LockVerdict verdict(String name, Map<LockFault, Integer> times, RedisUnderFault store)
            throws IOException, InterruptedException {
        LockSetup setup = LockSetup.ours(ChaosSettings.folder(name));
        LockVerdict verdict = LockRounds.verdict(setup, times, store);
        requireNothingLeft(setup, store);
        return verdict;
    }

    /**
     * Beside the record there may be tombstones of attempts whose requests had no answer, and they end; later by an hour if
     * the server's clock was ahead when they were made.
     */
    private static void requireNothingLeft(LockSetup setup, RedisUnderFault store) throws IOException {
        long longest = (store.hasMovableClock() ? TOMBSTONE.plus(LockNemesis.HOUR) : TOMBSTONE).toMillis();
        String record = RedisUnderFault.key(setup.namespace());
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
