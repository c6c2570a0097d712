package dev.pawl.delay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.delay.spi.Partition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** All consumers compute the same order, which differs from partition to partition. */
final class RankingTest {

    private static final List<String> THREE = List.of("session-1", "session-2", "session-3");

    @Test
    void eachOfThreeHasAPlaceOfItsOwnAndIsFirstAtAThirdOfThePartitions() {
        Map<String, Integer> first = new HashMap<>();
        for (int number = 0; number < 300; number++) {
            Partition partition = new Partition("queue", number);
            List<Long> waits = THREE.stream()
                    .map(consumer -> Ranking.waitNanos(partition, consumer, THREE))
                    .toList();
            assertThat(waits).containsExactlyInAnyOrder(0L, Ranking.STEP_NANOS, 2 * Ranking.STEP_NANOS);
            first.merge(THREE.get(waits.indexOf(0L)), 1, Integer::sum);
        }
        assertThat(first.values())
                .hasSize(3)
                .allSatisfy(count -> assertThat(count).isBetween(70, 130));
    }

    /** Of the hash that is written down in the class, so that another version of it computes the same. */
    @Test
    void theOrderIsTheSameInEveryProcess() {
        List<Integer> first = IntStream.range(0, 8)
                .mapToObj(number -> new Partition("queue", number))
                .map(partition -> IntStream.range(0, 3)
                        .filter(i -> Ranking.waitNanos(partition, THREE.get(i), THREE) == 0)
                        .findFirst()
                        .orElseThrow())
                .toList();
        assertThat(first).containsExactly(1, 2, 2, 1, 2, 1, 0, 0);
    }

    @Test
    void nobodyWaitsForItself() {
        Partition partition = new Partition("queue", 0);
        assertThat(Ranking.waitNanos(partition, "one", List.of("one"))).isZero();
        assertThat(Ranking.waitNanos(partition, "one", List.of())).isZero();
    }

    @Test
    void theWaitIsBounded() {
        List<String> many = IntStream.range(0, 50).mapToObj(i -> "c" + i).toList();
        assertThat(many.stream().mapToLong(one -> Ranking.waitNanos(new Partition("queue", 0), one, many)))
                .contains(3 * Ranking.STEP_NANOS)
                .allMatch(wait -> wait <= 3 * Ranking.STEP_NANOS);
    }
}
