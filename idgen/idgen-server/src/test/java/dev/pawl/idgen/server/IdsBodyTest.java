package dev.pawl.idgen.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class IdsBodyTest {

    static List<BadBodies.Bad> bad() {
        return BadBodies.all();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"count\":1}|1",
                "{\"count\":9}|9",
                "{\"count\":10}|10",
                "{\"count\":1000}|1000",
                "{\"count\":99999}|99999",
                "{\"count\":100000}|100000",
                "{ \"count\" : 7 }|7",
                "{\"co\\u0075nt\":7}|7"
            })
    void aCountWithinBoundsIsRead(String body, int count) {
        assertThat(IdsBody.count(body.getBytes(UTF_8))).isEqualTo(count);
    }

    @ParameterizedTest
    @MethodSource("bad")
    void everythingElseIsRefusedWithItsType(BadBodies.Bad bad) {
        assertThatThrownBy(() -> IdsBody.count(bad.body())).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().type()).isEqualTo(bad.type());
            assertThat(e.problem().detail()).hasSizeLessThan(300);
        });
    }
}
