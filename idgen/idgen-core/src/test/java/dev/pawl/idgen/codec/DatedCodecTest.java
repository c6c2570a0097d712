package dev.pawl.idgen.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pawl.idgen.layout.IdField;
import dev.pawl.idgen.layout.IdLayout;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatedCodecTest {

    private static final IdCodec SNOWFLAKE = IdCodec.dated(IdLayout.SNOWFLAKE);

    @Test
    void aSnowflakeShowsInstantWorkerAndSequence() {
        Instant at = Instant.parse("2026-11-21T13:17:30.192Z");
        long id = IdLayout.SNOWFLAKE.idOf(IdLayout.SNOWFLAKE.tickAt(at.toEpochMilli()) << 12 | 17, 5);
        assertThat(id).isEqualTo(249885937650126865L);
        assertThat(SNOWFLAKE.encode(id)).isEqualTo("20261121131730192-5-17");
        assertThat(SNOWFLAKE.decode("20261121131730192-5-17")).isEqualTo(id);
    }

    @Test
    void theFirstAndTheLastIdAreReadBack() {
        assertThat(SNOWFLAKE.encode(0)).isEqualTo("20250101000000000-0-0");
        assertThat(SNOWFLAKE.encode(Long.MAX_VALUE)).isEqualTo("20940907154735551-1023-4095");
        assertThat(SNOWFLAKE.decode("20940907154735551-1023-4095")).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 2025-01-01T00:00:00Z, 20250101000000001-1-0",
        "10, 2025-01-01T00:00:00Z, 2025010100000001-1-0",
        "10, 2025-01-01T00:00:00.005Z, 20250101000000015-1-0",
        "100, 2025-01-01T00:00:00Z, 202501010000001-1-0",
        "1000, 2025-01-01T00:00:00Z, 20250101000001-1-0",
        "60000, 2025-01-01T00:00:00Z, 20250101000100-1-0",
        "250, 2025-01-01T00:00:00Z, 2025010100000025-1-0",
        "60000, 2025-01-01T00:00:00.5Z, 202501010001005-1-0"
    })
    void theInstantIsAsPreciseAsATick(long tickMillis, Instant epoch, String text) {
        IdLayout layout = new IdLayout(
                Duration.ofMillis(tickMillis), epoch, IdField.tick(30), IdField.worker("w", 5), IdField.sequence(8));
        long id = layout.idOf(1L << 8, 1);
        assertThat(IdCodec.dated(layout).encode(id)).isEqualTo(text);
        assertThat(IdCodec.dated(layout).decode(text)).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "20261121131730192",
                "20261121131730192-5",
                "20261121131730192-5-17-0",
                "2026112113173019-5-17",
                "20261121131730192-05-17",
                "20261121131730192-5-017",
                "20261121131730192-+5-17",
                "20261121131730192-5-17 ",
                "20261121131730192-5-17\n",
                "20261121131730192-1024-17",
                "20261121131730192-5-4096",
                "20261121131730192-2147483648-17",
                "20261121131730192-5-9223372036854775808",
                "20261121131730192-5-9223372036854775807",
                "20260230000000000-5-17",
                "20261321000000000-5-17",
                "20261121240000000-5-17",
                "20261121006000000-5-17",
                "20261121000060000-5-17",
                "00000101000000000-5-17",
                "20241231235959999-5-17",
                "20940907154735552-5-17",
                "99991231235959999-5-17",
                "\u0662\u0660\u0662\u0666\u0661\u0661\u0662\u0661\u0661\u0663\u0661\u0667\u0663\u0660\u0661\u0669\u0662-5-17"
            })
    void aTextThatIsNoIdsIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SNOWFLAKE.decode(text))
                .withMessageStartingWith(
                        "id text must be <yyyyMMddHHmmssSSS>-<worker>-<sequence> of an id of the layout,"
                                + " without leading zeros: text=");
    }

    @Test
    void anInstantInsideATickIsRefused() {
        IdLayout layout = new IdLayout(
                Duration.ofMillis(250),
                IdLayout.DEFAULT_EPOCH,
                IdField.tick(30),
                IdField.worker("w", 5),
                IdField.sequence(8));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdCodec.dated(layout).decode("2025010100000026-1-0"));
    }

    @Test
    void aLayoutThatOutlivesFourDigitsOfYearIsRefused() {
        IdLayout layout = new IdLayout(
                Duration.ofMillis(1),
                IdLayout.DEFAULT_EPOCH,
                IdField.tick(48),
                IdField.worker("w", 5),
                IdField.sequence(8));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdCodec.dated(layout))
                .withMessageStartingWith("layout must end before the year 10000: layout=");
    }
}
