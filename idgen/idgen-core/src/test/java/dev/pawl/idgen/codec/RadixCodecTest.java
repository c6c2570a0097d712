package dev.pawl.idgen.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RadixCodecTest {

    private static final RadixCodec DAY_AND_NUMBER =
            IdCodec.decimal().padded(14).grouped("####-##-##-######");

    static Stream<Arguments> examples() {
        long max = Long.MAX_VALUE;
        return Stream.of(
                Arguments.of(IdCodec.decimal(), 42L, "42"),
                Arguments.of(IdCodec.decimal(), max, "9223372036854775807"),
                Arguments.of(IdCodec.decimal().padded(8), 42L, "00000042"),
                Arguments.of(IdCodec.decimal().withCheck(), 572L, "5724"),
                Arguments.of(IdCodec.base36(), max, "1Y2P0IJ32E8E7"),
                Arguments.of(IdCodec.base36().padded(8), 42L, "00000016"),
                Arguments.of(IdCodec.base62(), max, "AzL8n0Y58m7"),
                Arguments.of(IdCodec.base62().padded(), 42L, "0000000000g"),
                Arguments.of(IdCodec.base62().padded(6).withCheck(), 42L, "00000g69"),
                Arguments.of(IdCodec.crockford32(), max, "7ZZZZZZZZZZZZ"),
                Arguments.of(IdCodec.crockford32().withCheck(), 1234L, "16JD"),
                Arguments.of(IdCodec.crockford32().padded(8).withCheck().withPrefix("INV-"), 42L, "INV-0000001A5"),
                Arguments.of(IdCodec.crockford32().padded(7).withCheck().grouped("####-####"), 1_000_000L, "000Y-GJ01"),
                Arguments.of(DAY_AND_NUMBER, 20261121000042L, "2026-11-21-000042"),
                Arguments.of(
                        IdCodec.decimal().padded(14).withCheck().grouped("####-##-##-######-#"),
                        20261121000042L,
                        "2026-11-21-000042-1"));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anIdHasItsTextAndTheTextLeadsBack(IdCodec codec, long id, String text) {
        assertThat(codec.encode(id)).isEqualTo(text);
        assertThat(codec.decode(text)).isEqualTo(id);
    }

    @Test
    void javaReadsDecimalAndBase36TheSame() {
        for (long id : new long[] {0, 1, 35, 36, 1_000_000, 1L << 62, Long.MAX_VALUE}) {
            assertThat(IdCodec.decimal().encode(id)).isEqualTo(Long.toString(id));
            assertThat(IdCodec.base36().encode(id)).isEqualToIgnoringCase(Long.toString(id, 36));
        }
    }

    static Stream<Arguments> refused() {
        RadixCodec three = IdCodec.decimal().padded(3);
        return Stream.of(
                Arguments.of(IdCodec.decimal(), "", "id text must be 1 to 19 characters of 0123456789: text="),
                Arguments.of(IdCodec.decimal(), "-1", "id text must be 1 to 19 characters of 0123456789: text=-1"),
                Arguments.of(IdCodec.decimal(), "+1", "id text must be 1 to 19"),
                Arguments.of(IdCodec.decimal(), " 1", "id text must be 1 to 19"),
                Arguments.of(IdCodec.decimal(), "1\n", "text=1\\u{a}"),
                Arguments.of(IdCodec.decimal(), "\u0661", "text=\\u{661}"),
                Arguments.of(IdCodec.decimal(), "007", "id text must have no leading zeros: text=007"),
                Arguments.of(IdCodec.decimal(), "9223372036854775808", "id must be in [0, 9223372036854775807]: text="),
                Arguments.of(IdCodec.decimal(), "9999999999999999999", "id must be in [0, 9223372036854775807]"),
                Arguments.of(IdCodec.decimal().padded(), "9223372036854775808", "id must be in"),
                Arguments.of(IdCodec.base36(), "1Y2P0IJ32E8E8", "id must be in [0, 9223372036854775807]"),
                Arguments.of(IdCodec.base36(), "ZZZZZZZZZZZZZ", "id must be in"),
                Arguments.of(IdCodec.base36(), "a", "id text must be 1 to 13 characters of"),
                Arguments.of(IdCodec.base62(), "AzL8n0Y58m8", "id must be in"),
                Arguments.of(IdCodec.base62(), "zzzzzzzzzzz", "id must be in"),
                Arguments.of(IdCodec.base62(), "000000000000", "id text must be 1 to 11 characters of"),
                Arguments.of(IdCodec.crockford32(), "8000000000000", "id must be in"),
                Arguments.of(IdCodec.crockford32(), "ZZZZZZZZZZZZZ", "id must be in"),
                Arguments.of(IdCodec.crockford32(), "U", "id text must be 1 to 13 characters of"),
                Arguments.of(IdCodec.crockford32(), "1-6J", "id text must be 1 to 13 characters of"),
                Arguments.of(IdCodec.crockford32(), "O7", "no leading zeros"),
                Arguments.of(IdCodec.crockford32().withCheck(), "UD", "id text must be 1 to 13 characters of"),
                Arguments.of(IdCodec.crockford32().withCheck(), "5", "id text must be 1 to 13 characters of"),
                Arguments.of(three, "42", "id text must be 3 characters of 0123456789: text=42"),
                Arguments.of(three, "0042", "id text must be 3 characters"),
                Arguments.of(
                        three.withCheck(), "0425", "must end with the check characters of what stands before them"),
                Arguments.of(three.withCheck(), "042", "3 characters of 0123456789 and 1 to check: text=042"),
                Arguments.of(DAY_AND_NUMBER, "20261121000042", "id text must be of the form ####-##-##-######: text="),
                Arguments.of(DAY_AND_NUMBER, "2026-11-21_000042", "id text must be of the form"),
                Arguments.of(DAY_AND_NUMBER, "2026-11-21-00004-", "id text must be 14 characters of"),
                Arguments.of(IdCodec.decimal().withPrefix("INV-"), "inv-7", "id text must begin with INV-: text=inv-7"),
                Arguments.of(IdCodec.decimal().withPrefix("INV-"), "INV", "id text must begin with INV-"),
                Arguments.of(IdCodec.decimal().withPrefix("INV-"), "INV-INV-7", "id text must be 1 to 19"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void aTextThatIsNoIdsIsRefused(IdCodec codec, String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> codec.decode(text))
                .withMessageContaining(message);
    }

    @Test
    void aLongTextIsCutInTheMessage() {
        String text = "1".repeat(1_000_000);
        for (IdCodec codec : List.of(
                IdCodec.base62(),
                IdCodec.crockford32().withCheck(),
                DAY_AND_NUMBER,
                IdCodec.decimal().withPrefix("INV-"))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> codec.decode(text))
                    .withMessageEndingWith(": text=" + "1".repeat(64) + "… (1000000 characters)");
        }
    }

    @Test
    void idsOutsideTheDomainHaveNoText() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdCodec.base62().encode(-1))
                .withMessage("id must be in [0, 9223372036854775807]: id=-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdCodec.base62().padded().encode(Long.MIN_VALUE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdCodec.decimal().padded(3).encode(1000))
                .withMessage("id must be in [0, 999]: id=1000");
        assertThatIllegalArgumentException().isThrownBy(() -> DAY_AND_NUMBER.encode(100_000_000_000_000L));
    }

    @Test
    void crockfordsAliasesAreReadAsTheLettersMeant() {
        RadixCodec codec = IdCodec.crockford32().padded(8).withCheck();
        long id = 1L << 35 | 33;
        assertThat(codec.encode(id)).isEqualTo("10000011F");
        assertThat(List.of("10000011f", "lOooOoiIf", "IoOoOoLlF"))
                .allSatisfy(text -> assertThat(codec.decode(text)).isEqualTo(id));
        assertThat(IdCodec.crockford32().decode("abcdefghjkmn"))
                .isEqualTo(IdCodec.crockford32().decode("ABCDEFGHJKMN"));
        assertThat(IdCodec.crockford32().decode("pqrstvwxyz"))
                .isEqualTo(IdCodec.crockford32().decode("PQRSTVWXYZ"));
        assertThat(IdCodec.crockford32()
                        .padded(8)
                        .withCheck()
                        .withPrefix("INV-")
                        .decode("INV-ooooooia5"))
                .isEqualTo(42);
        RadixCodec checked = IdCodec.crockford32().withCheck();
        assertThat(checked.encode(36)).isEqualTo("14U");
        assertThat(checked.decode("L4u")).isEqualTo(36);
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "14", "2147483647"})
    void aWidthThatNoIdNeedsIsRefused(int width) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdCodec.base36().padded(width))
                .withMessage("width must be in [1, 13]: width=" + width);
    }

    @Test
    void aMaskThatDoesNotFitIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdCodec.decimal().grouped("##-##"))
                .withMessage("mask must have a # for each character of a padded text: mask=##-##,"
                        + " characters=any number");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdCodec.decimal().padded(5).grouped("##-##"))
                .withMessageEndingWith("mask=##-##, characters=5");
        RadixCodec grouped = IdCodec.decimal().padded(4).grouped("##-##");
        assertThatIllegalArgumentException().isThrownBy(grouped::withCheck);
        assertThatIllegalArgumentException().isThrownBy(grouped::padded);
        for (String mask : List.of("", "##a##", "##\n##", "#".repeat(65), "####0")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> IdCodec.decimal().padded(4).grouped(mask))
                    .withMessageStartingWith("mask must be 1 to 64 characters # - . _ : / or space: mask=");
        }
    }

    @Test
    void aPrefixThatCannotBeReadIsRefused() {
        for (String prefix : List.of("", " ", "INV ", "\u00fc", "a\n", "x".repeat(33))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> IdCodec.decimal().withPrefix(prefix))
                    .withMessageStartingWith(
                            "prefix must be 1 to 32 printable ASCII characters without space: prefix=");
        }
        assertThat(IdCodec.decimal().withPrefix("1").withPrefix("X-").encode(7)).isEqualTo("X-17");
    }
}
