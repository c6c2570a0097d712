package dev.pawl.idgen.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdLayoutTest {

    private static final Instant EPOCH = IdLayout.DEFAULT_EPOCH;
    private static final Duration MS = Duration.ofMillis(1);

    @Test
    void aSnowflakeHasTheBitsThatEverybodyKnows() {
        DecodedId id = IdLayout.SNOWFLAKE.decode(1_000L << 22 | 7 << 12 | 42);
        assertThat(id.instant()).isEqualTo(EPOCH.plusSeconds(1));
        assertThat(id.workerId()).isEqualTo(7);
        assertThat(id.sequence()).isEqualTo(42);
        assertThat(id.fields()).isEqualTo(Map.of("tick", 1_000L, "worker", 7L, "sequence", 42L));
    }

    @Test
    void theWorkerIdIsPutTogetherOfItsFields() {
        DecodedId id = IdLayout.SNOWFLAKE_DATACENTER.decode(1_000L << 22 | 3 << 17 | 5 << 12 | 42);
        assertThat(id.workerId()).isEqualTo(3 << 5 | 5);
        assertThat(id.fields()).containsEntry("datacenter", 3L).containsEntry("worker", 5L);
    }

    @Test
    void aSonyflakeCountsTicksOfTenMillisecondsAndHasTheMachineLowest() {
        DecodedId id = IdLayout.SONYFLAKE.decode(5L << 24 | 200 << 16 | 0xBEEF);
        assertThat(id.instant()).isEqualTo(EPOCH.plusMillis(50));
        assertThat(id.sequence()).isEqualTo(200);
        assertThat(id.fields()).containsEntry("machine", 0xBEEFL);
    }

    @Test
    void theJavaScriptPresetStaysWithinTheExactIntegersOfADouble() {
        assertThat(IdLayout.JAVASCRIPT.maxId()).isEqualTo((1L << 53) - 1);
    }

    @Test
    void endOfLifeIsWhereTheTicksEnd() {
        assertThat(IdLayout.SNOWFLAKE.endOfLife()).isEqualTo(Instant.parse("2094-09-07T15:47:35.552Z"));
        assertThat(IdLayout.SONYFLAKE.endOfLife()).isEqualTo(Instant.parse("2199-03-19T03:28:58.880Z"));
    }

    @Test
    void boundsOfAnInstantEncloseAllIdsOfItsTickAndNoOthers() {
        IdLayout layout = IdLayout.SNOWFLAKE;
        Instant at = EPOCH.plusMillis(777);
        long first = layout.idOf(777L << 12, 0);
        long last = layout.idOf(777L << 12 | 4095, 1023);
        assertThat(layout.minIdAt(at)).isEqualTo(first);
        assertThat(layout.maxIdAt(at)).isEqualTo(last);
        assertThat(layout.minIdAt(at.plusMillis(1))).isEqualTo(last + 1);
        assertThat(layout.maxIdAt(layout.endOfLife().minusMillis(1))).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void boundsOutsideTheLifeAreRefused() {
        IdLayout layout = IdLayout.SNOWFLAKE;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> layout.minIdAt(EPOCH.minusMillis(1)))
                .withMessageContaining("instant must be in [2025-01-01T00:00:00Z, 2094-09-07T15:47:35.552Z)");
        assertThatIllegalArgumentException().isThrownBy(() -> layout.maxIdAt(layout.endOfLife()));
        assertThatIllegalArgumentException().isThrownBy(() -> layout.minIdAt(Instant.MAX));
        assertThatIllegalArgumentException().isThrownBy(() -> layout.minIdAt(Instant.MIN));
    }

    @Test
    void aLayoutWithTheWorkerHighestHasNoBoundsByTime() {
        IdLayout nodeHigh =
                new IdLayout(MS, EPOCH, IdField.worker("worker", 10), IdField.tick(41), IdField.sequence(12));
        assertThatIllegalStateException().isThrownBy(() -> nodeHigh.minIdAt(EPOCH));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, 1L << 53})
    void anIdBeyondTheLayoutIsNotDecoded(long id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdLayout.JAVASCRIPT.decode(id))
                .withMessage("id must be in [0, 9007199254740991]: id=" + id);
    }

    static Stream<Arguments> layoutsThatCannotWork() {
        IdField tick = IdField.tick(41);
        IdField worker = IdField.worker("worker", 10);
        IdField sequence = IdField.sequence(12);
        return Stream.of(
                Arguments.of("sum up to at most 63", MS, EPOCH, List.of(IdField.tick(42), worker, sequence)),
                Arguments.of("exactly one TICK", MS, EPOCH, List.of(worker, sequence)),
                Arguments.of("exactly one TICK", MS, EPOCH, List.of(tick, tick, worker)),
                Arguments.of("exactly one SEQUENCE", MS, EPOCH, List.of(tick, worker)),
                Arguments.of("worker bits must be in [1, 31]", MS, EPOCH, List.of(tick, sequence)),
                Arguments.of(
                        "worker bits must be in [1, 31]",
                        MS,
                        EPOCH,
                        List.of(IdField.tick(20), IdField.worker("w", 32), IdField.sequence(5))),
                Arguments.of("tick must stand above sequence", MS, EPOCH, List.of(sequence, tick, worker)),
                Arguments.of(
                        "names must differ",
                        MS,
                        EPOCH,
                        List.of(tick, worker, IdField.worker("worker", 2), IdField.sequence(8))),
                Arguments.of(
                        "must be neighbours",
                        MS,
                        EPOCH,
                        List.of(IdField.worker("a", 5), tick, IdField.worker("b", 5), sequence)),
                Arguments.of("tickLength must be", Duration.ZERO, EPOCH, List.of(tick, worker, sequence)),
                Arguments.of("tickLength must be", Duration.ofNanos(1_500_000), EPOCH, List.of(tick, worker, sequence)),
                Arguments.of("tickLength must be", Duration.ofMillis(-1), EPOCH, List.of(tick, worker, sequence)),
                Arguments.of("tickLength must be", Duration.ofDays(2), EPOCH, List.of(tick, worker, sequence)),
                Arguments.of("epoch must be whole", MS, EPOCH.plusNanos(1), List.of(tick, worker, sequence)),
                Arguments.of(
                        "epoch must be in [1970-01-01T00:00:00Z, 9999-12-31T00:00:00Z]",
                        MS,
                        Instant.parse("1969-12-31T00:00:00Z"),
                        List.of(tick, worker, sequence)),
                Arguments.of(
                        "the last tick must lie within",
                        Duration.ofDays(1),
                        EPOCH,
                        List.of(IdField.tick(50), IdField.worker("w", 5), IdField.sequence(5))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("layoutsThatCannotWork")
    void aLayoutThatCannotWorkIsRefused(String rule, Duration tickLength, Instant epoch, List<IdField> fields) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new IdLayout(tickLength, epoch, fields.toArray(IdField[]::new)))
                .withMessageContaining(rule);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 63, 64, Integer.MAX_VALUE})
    void aFieldOfAnImpossibleWidthIsRefused(int bits) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdField.sequence(bits))
                .withMessage("bits must be in [1, 62]: field=sequence, bits=" + bits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a b", "a,b", "a:b", "a;b", "1a", "é", "abcdefghijklmnopqrstuvwxyzabcdefg"})
    void aFieldOfAnImpossibleNameIsRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> IdField.worker(name, 5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tick:41",
                "tick:41,worker=w:10,sequence:12;PT0.001S",
                "tick:x,worker=w:10,sequence:12;PT0.001S;2025-01-01T00:00:00Z",
                "tick:41,node:10,sequence:12;PT0.001S;2025-01-01T00:00:00Z",
                "tick:41,worker=w:10,sequence;PT0.001S;2025-01-01T00:00:00Z",
                "tick:41,worker=w:10,sequence:12;1ms;2025-01-01T00:00:00Z",
                "tick:41,worker=w:10,sequence:12;PT0.001S;yesterday",
                "tick:41,worker=w:10,sequence:12;PT0.001S;+1000000000-12-31T23:59:59.999Z",
                "tick:99999999999,worker=w:10,sequence:12;PT0.001S;2025-01-01T00:00:00Z"
            })
    void textThatIsNoLayoutIsRefused(String text) {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> IdLayout.parse(text));
    }

    @Test
    void presetsDifferInTheirFingerprintsAndAreReadBack() {
        List<IdLayout> presets = List.of(
                IdLayout.SNOWFLAKE,
                IdLayout.SNOWFLAKE_DATACENTER,
                IdLayout.WIDE,
                IdLayout.SONYFLAKE,
                IdLayout.JAVASCRIPT,
                IdLayout.SNOWFLAKE.withEpoch(EPOCH.plusMillis(1)));
        assertThat(presets)
                .doesNotHaveDuplicates()
                .allSatisfy(layout -> assertThat(IdLayout.parse(layout.fingerprint()))
                        .isEqualTo(layout)
                        .hasSameHashCodeAs(layout));
    }
}
