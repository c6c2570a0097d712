package dev.pawl.idgen.snowflake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.TestTime;
import dev.pawl.idgen.layout.IdLayout;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The lowest bits of one caller's ids are flat at every rate below half the bound: chi-square over id modulo 2^j, for one
 * caller alone, and for two that take turns, each looked at by itself.
 */
class SequenceFlatnessTest {

    private static final int SAMPLES = 40_960;

    private final TestTime time = new TestTime(IdLayout.DEFAULT_EPOCH.plusSeconds(100));
    private final SplittableRandom random = new SplittableRandom(20261121);

    @ParameterizedTest
    @ValueSource(ints = {2, 8, 64, 1024})
    void oneCallerNowAndThenIsSpreadOverAllShards(int shards) {
        SnowflakeGenerator ids = open();
        int[] counts = new int[shards];
        for (int i = 0; i < SAMPLES; i++) {
            time.move(Duration.ofMillis(random.nextInt(1, 50)));
            counts[(int) (ids.nextId() % shards)]++;
        }
        assertFlat(counts);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 8, 64})
    void callersThatTakeTurnsAreEachSpreadOverAllShards(int shards) {
        SnowflakeGenerator ids = open();
        int[] first = new int[shards];
        int[] second = new int[shards];
        for (int i = 0; i < SAMPLES; i++) {
            time.move(Duration.ofMillis(1));
            first[(int) (ids.nextId() % shards)]++;
            second[(int) (ids.nextId() % shards)]++;
        }
        assertFlat(first);
        assertFlat(second);
    }

    @Test
    void aStartAtZeroWouldBeFound() {
        int[] counts = new int[8];
        counts[0] = SAMPLES;
        assertThat(chiSquare(counts)).isGreaterThan(limit(8));
    }

    private SnowflakeGenerator open() {
        SnowflakeGenerator ids =
                SnowflakeGenerator.builder(WorkerIds.fixed(1)).clock(time).build();
        time.move(Duration.ofMillis(20));
        return ids;
    }

    private static void assertFlat(int[] counts) {
        assertThat(chiSquare(counts)).isLessThan(limit(counts.length));
    }

    private static double chiSquare(int[] counts) {
        double expected = (double) SAMPLES / counts.length;
        double sum = 0;
        for (int count : counts) {
            sum += (count - expected) * (count - expected) / expected;
        }
        return sum;
    }

    /** Mean plus five standard deviations of the distribution with one degree of freedom less than there are shards. */
    private static double limit(int shards) {
        return shards - 1 + 5 * Math.sqrt(2.0 * (shards - 1)) + 10;
    }
}
