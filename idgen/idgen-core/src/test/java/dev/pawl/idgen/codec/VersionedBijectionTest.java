package dev.pawl.idgen.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class VersionedBijectionTest {

    private static final byte[] FIRST = "0123456789abcdef".getBytes(US_ASCII);
    private static final byte[] SECOND = "fedcba9876543210fedcba9876543210".getBytes(US_ASCII);
    private static final int IDS = 20_000;

    private static final VersionedBijection BEFORE = VersionedBijection.digits(7, Map.of(1, FIRST), 1);
    private static final VersionedBijection AFTER = VersionedBijection.digits(7, Map.of(1, FIRST, 2, SECOND), 2);

    /** The planted bug: why {@link KeyedBijection} is one key for a tag's life. */
    @Test
    void oneKeyAfterAnotherInOneDomainRepeatsNumbers() {
        int repeated = repeated(KeyedBijection.digits(6, FIRST), KeyedBijection.digits(6, SECOND));
        assertThat(repeated).isBetween(300, 500);
    }

    @Test
    void oneVersionAfterAnotherRepeatsNone() {
        assertThat(repeated(BEFORE, AFTER)).isZero();
    }

    /** How many numbers of the second 20,000 ids, after a change of mapping, are numbers of the first 20,000. */
    private static int repeated(IdMapping before, IdMapping after) {
        Set<Long> used = new HashSet<>();
        LongStream.range(0, IDS).map(before::apply).forEach(used::add);
        assertThat(used).hasSize(IDS);
        return (int) LongStream.range(IDS, 2 * IDS)
                .map(after::apply)
                .filter(used::contains)
                .count();
    }

    @Test
    void eachNumberSaysByItsFirstDigitWhichKeyLeadsBack() {
        for (long id : new long[] {0, 1, 42, 999_999}) {
            assertThat(BEFORE.apply(id)).isBetween(1_000_000L, 1_999_999L);
            assertThat(AFTER.apply(id)).isBetween(2_000_000L, 2_999_999L);
            assertThat(AFTER.invert(BEFORE.apply(id))).isEqualTo(id);
            assertThat(AFTER.invert(AFTER.apply(id))).isEqualTo(id);
        }
    }

    @Test
    void aKeyIsGivenToAllBeforeAnyoneUsesIt() {
        VersionedBijection prepared = VersionedBijection.digits(7, Map.of(1, FIRST, 2, SECOND), 1);
        assertThat(prepared.apply(42)).isEqualTo(BEFORE.apply(42));
        assertThat(prepared.invert(AFTER.apply(42))).isEqualTo(42);
    }

    /** The parts were computed by another implementation, as in {@link KeyedBijectionTest}. */
    @Test
    void theMappingNeverChanges() {
        byte[] key = new byte[16];
        for (byte i = 0; i < 16; i++) {
            key[i] = i;
        }
        VersionedBijection nine = VersionedBijection.digits(7, Map.of(9, key), 9);
        assertThat(nine.apply(0)).isEqualTo(9_219_312);
        assertThat(nine.apply(999_999)).isEqualTo(9_425_634);
    }

    @Test
    void aNumberOfNoKeyIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BEFORE.invert(2_000_000))
                .withMessage("the first of 7 digits must be the version of a key: versions=[1], mapped=2000000");
        assertThatIllegalArgumentException().isThrownBy(() -> BEFORE.invert(999_999));
        assertThatIllegalArgumentException().isThrownBy(() -> BEFORE.invert(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BEFORE.invert(10_000_000))
                .withMessage("mapped must be in [0, 9999999]: mapped=10000000");
        assertThatIllegalArgumentException().isThrownBy(() -> BEFORE.invert(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BEFORE.apply(1_000_000))
                .withMessage("id must be in [0, 999999]: id=1000000");
    }

    @Test
    void keysThatCannotWorkAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VersionedBijection.digits(7, Map.of(0, FIRST), 0))
                .withMessage("version must be in [1, 9]: version=0");
        assertThatIllegalArgumentException().isThrownBy(() -> VersionedBijection.digits(7, Map.of(10, FIRST), 10));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VersionedBijection.digits(7, Map.of(1, FIRST), 2))
                .withMessage("current must be the version of a key: current=2, versions=[1]");
        assertThatIllegalArgumentException().isThrownBy(() -> VersionedBijection.digits(7, Map.of(), 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VersionedBijection.digits(7, Map.of(1, FIRST, 3, FIRST.clone()), 3))
                .withMessage("versions must have different keys: versions=1, 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VersionedBijection.digits(7, Map.of(1, new byte[5]), 1))
                .withMessage("key must be 16 or 32 bytes: length=5");
        for (int digits : new int[] {6, 19}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> VersionedBijection.digits(digits, Map.of(1, FIRST), 1))
                    .withMessage("digits must be in [7, 18]: digits=" + digits);
        }
    }

    @Test
    void theGreatestDomainStaysWithinALong() {
        VersionedBijection bijection = VersionedBijection.digits(18, Map.of(9, FIRST), 9);
        assertThat(bijection.maxMapped()).isEqualTo(999_999_999_999_999_999L);
        long image = bijection.apply(bijection.maxId());
        assertThat(image).isBetween(900_000_000_000_000_000L, bijection.maxMapped());
        assertThat(bijection.invert(image)).isEqualTo(bijection.maxId());
    }

    @Test
    void aCodecTakesTheNumbersOfOlderKeysToo() {
        IdCodec before = IdCodec.decimal().withCheck().withPrefix("INV-").over(BEFORE);
        IdCodec after = IdCodec.decimal().withCheck().withPrefix("INV-").over(AFTER);
        assertThat(after.decode(before.encode(42))).isEqualTo(42);
        assertThat(after.decode(after.encode(42))).isEqualTo(42);
        assertThat(after.encode(42)).isNotEqualTo(before.encode(42));
    }
}
