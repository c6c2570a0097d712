package dev.pawl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {

    @Test
    void theMedianOfAnOddNumberIsTheMiddleValue() {
        assertThat(Spread.of(List.of(9.0, 1.0, 2.0))).isEqualTo(new Spread(2, 1, 9, 3));
    }

    @Test
    void theMedianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
        assertThat(Spread.of(List.of(9.0, 1.0, 2.0, 4.0)).median()).isEqualTo(3);
    }

    @Test
    void ratiosAreTakenPairByPair() {
        assertThat(Spread.ofRatios(List.of(10.0, 1.0, 6.0), List.of(5.0, 1.0, 2.0, 7.0)))
                .isEqualTo(new Spread(2, 1, 3, 3));
    }

    @Test
    void noValuesAreRefused() {
        assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void numbersKeepThreeSignificantDigitsOrMore() {
        assertThat(List.of(Spread.number(1234.5), Spread.number(12.34), Spread.number(1.234), Spread.number(0.00012)))
                .containsExactly("1235", "12.3", "1.23", "0.0001");
    }
}
