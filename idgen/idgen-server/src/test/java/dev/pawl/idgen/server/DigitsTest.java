package dev.pawl.idgen.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DigitsTest {

    static LongStream boundaries() {
        LongStream powers = LongStream.iterate(1, power -> power * 10)
                .limit(19)
                .flatMap(power -> LongStream.of(power - 1, power, power + 1, 5 * (power / 10), 9 * (power / 10)));
        LongStream others = LongStream.of(
                0,
                7,
                42,
                1L << 31,
                (1L << 53) - 1,
                12_345_678_901_234_567L,
                900_000_000_000_000_001L,
                Long.MAX_VALUE - 1,
                Long.MAX_VALUE);
        return LongStream.concat(powers, others);
    }

    @ParameterizedTest
    @MethodSource("boundaries")
    void everyLengthAndBoundaryIsWrittenAsTheJdkWritesIt(long number) {
        assertThat(written(number)).isEqualTo(Long.toString(number));
    }

    @Test
    void everyNumberOfUpToSixDigitsIsRight() {
        for (long number = 0; number < 1_000_000; number++) {
            assertThat(written(number).equals(Long.toString(number)))
                    .as("%d", number)
                    .isTrue();
        }
    }

    @Test
    void everyLaneOfEightDigitsIsRight() {
        for (long pair = 0; pair < 10_000; pair++) {
            long number = pair * 10_000 + (9_999 - pair);
            byte[] bytes = new byte[8];
            Digits.writeEight(number, bytes, 0);
            assertThat(new String(bytes, US_ASCII).equals(String.format("%08d", number)))
                    .as("%d", number)
                    .isTrue();
        }
    }

    @Test
    void nothingBeforeThePlaceIsTouched() {
        byte[] bytes = new byte[64];
        int behind = Digits.write(Long.MAX_VALUE, bytes, 10);
        assertThat(behind).isEqualTo(29);
        assertThat(Stream.of(0, 9).map(at -> bytes[at])).containsOnly((byte) 0);
    }

    private static String written(long number) {
        byte[] bytes = new byte[Digits.MOST + Digits.SLACK];
        int behind = Digits.write(number, bytes, 0);
        return new String(bytes, 0, behind, US_ASCII);
    }
}
