package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.chaos.IdHistory.Verdict;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class IdHistoryTest {

    private final IdHistory history = new IdHistory("orders", id -> "(" + id % 10 + ")");

    @Test
    void idsThatIncreaseOnEachConnectionAreFine() {
        IdHistory.Recording one = history.connection(1);
        IdHistory.Recording other = history.connection(1);
        one.add(LongStream.rangeClosed(1, 5_000).toArray());
        other.add(5_001, 5_002);
        one.add(5_003);
        assertThat(history.judge()).isEqualTo(new Verdict("orders", 5_003, 0, List.of()));
        assertThat(history.size(1)).isEqualTo(5_003);
        assertThat(history.first(1)).hasValue(1);
        assertThat(history.last(1)).hasValue(5_003);
        assertThat(history.last(2)).isEmpty();
    }

    @Test
    void repliesOfAnyLengthAreKeptWholeAndInOrder() {
        IdHistory.Recording recording = history.connection(1);
        long next = 1;
        for (int length = 0; next < 1_000_000; length = (length * 3 + 1) % 30_011) {
            recording.add(LongStream.range(next, next + length).toArray());
            next += length;
            assertThat(history.size(1)).isEqualTo(next - 1);
            assertThat(history.last(1).orElse(0)).isEqualTo(next - 1);
        }
        assertThat(history.judge()).isEqualTo(new Verdict("orders", next - 1, 0, List.of()));
        recording.add(next - 1);
        assertThat(history.judge().repeats()).isOne();
    }

    @Test
    void anIdThatRepeatsInALaterLifeIsNamedWithItsPlaces() {
        history.connection(1).add(11, 12, 13);
        history.connection(2).add(13, 14);
        Verdict verdict = history.judge();
        assertThat(verdict.repeats()).isOne();
        assertThat(verdict.problems())
                .containsExactly("orders: an id must be given once: id=13 (3), at life 1 connection 1 position 2,"
                        + " at life 2 connection 2 position 0");
    }

    @Test
    void everyRepeatCountsAndTheFirstAreShown() {
        history.connection(1).add(LongStream.rangeClosed(1, 100).toArray());
        history.connection(1).add(LongStream.rangeClosed(1, 100).toArray());
        Verdict verdict = history.judge();
        assertThat(verdict.repeats()).isEqualTo(100);
        assertThat(verdict.problems()).hasSize(5);
    }

    @Test
    void anIdBelowTheOneBeforeOnItsConnectionIsFound() {
        IdHistory.Recording recording = history.connection(1);
        recording.add(5);
        recording.add(3);
        assertThat(history.judge().problems())
                .containsExactly(
                        "orders: ids of a connection must increase: life=1, connection=1, position=1, id=3 (3),"
                                + " before=5 (5)");
    }

    @Test
    void anIdThatIsNotPositiveIsFound() {
        history.connection(1).add(0, 1);
        assertThat(history.judge().problems()).containsExactly("orders: ids must be positive: id=0 (0)");
    }

    @Test
    void aLaterLifeMayGiveLowerIds() {
        history.connection(1).add(50, 51);
        history.connection(2).add(40, 41);
        assertThat(history.judge().problems()).isEmpty();
    }
}
