package dev.pawl.idgen.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every single wrong character, and every swap of two neighbours, for every pair of characters of the alphabet in every
 * place, the check characters included. What stands around the pair is random: the proofs do not depend on it.
 */
class ChecksTest {

    private final long seed = Long.getLong("pawl.seed", 20261121L);
    private final SplittableRandom random = new SplittableRandom(seed);

    static Stream<Arguments> alphabets() {
        return Stream.of(
                Arguments.of("0123456789", "", IdCodec.decimal(), 18),
                Arguments.of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", "*", IdCodec.base36(), 12),
                Arguments.of("0123456789ABCDEFGHJKMNPQRSTVWXYZ", "*~$=U", IdCodec.crockford32(), 12),
                Arguments.of(
                        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "", IdCodec.base62(), 10));
    }

    @ParameterizedTest
    @MethodSource("alphabets")
    void everyWrongCharacterIsFound(String alphabet, String more, RadixCodec base, int width) {
        RadixCodec plain = base.padded(width);
        RadixCodec checked = plain.withCheck();
        for (int place = 0; place < width; place++) {
            for (char right : alphabet.toCharArray()) {
                StringBuilder body = body(alphabet, width);
                body.setCharAt(place, right);
                String text = checked.encode(plain.decode(body.toString()));
                for (char wrong : alphabet.toCharArray()) {
                    if (wrong != right) {
                        refuse(checked, with(text, place, wrong), text);
                        assertThat(plain.decode(with(body.toString(), place, wrong)))
                                .isNotNegative();
                    }
                }
            }
        }
        for (int i = 0; i < 300; i++) {
            String text = checked.encode(plain.decode(body(alphabet, width).toString()));
            for (int place = width; place < text.length(); place++) {
                for (char wrong : (alphabet + more).toCharArray()) {
                    if (wrong != text.charAt(place)) {
                        refuse(checked, with(text, place, wrong), text);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("alphabets")
    void everySwapOfNeighboursIsFound(String alphabet, String more, RadixCodec base, int width) {
        RadixCodec plain = base.padded(width);
        RadixCodec checked = plain.withCheck();
        for (int place = 0; place + 1 < width; place++) {
            for (char one : alphabet.toCharArray()) {
                for (char other : alphabet.toCharArray()) {
                    StringBuilder body = body(alphabet, width);
                    body.setCharAt(place, one);
                    body.setCharAt(place + 1, other);
                    refuseSwap(checked, checked.encode(plain.decode(body.toString())), place);
                }
            }
        }
        for (int i = 0; i < 2_000; i++) {
            String text = checked.encode(plain.decode(body(alphabet, width).toString()));
            for (int place = width - 1; place + 1 < text.length(); place++) {
                refuseSwap(checked, text, place);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("alphabets")
    void withoutPaddingBothAreFoundToo(String alphabet, String more, RadixCodec base, int width) {
        RadixCodec checked = base.withCheck();
        for (int i = 0; i < 200; i++) {
            String text = checked.encode((random.nextLong() >>> 1) >>> random.nextInt(63));
            for (int place = 0; place < text.length(); place++) {
                for (char wrong : (alphabet + more).toCharArray()) {
                    if (wrong != text.charAt(place)) {
                        refuse(checked, with(text, place, wrong), text);
                    }
                }
                if (place + 1 < text.length()) {
                    refuseSwap(checked, text, place);
                }
            }
        }
    }

    @Test
    void publishedExamplesHaveTheirPublishedCheckCharacters() {
        assertThat(Checks.damm(new int[] {5, 7, 2})).isEqualTo(4);
        // ISBT 128's donation number G123 498 654 321 with H, checked by ISO/IEC 7064 MOD 37-2
        assertThat(Radix.BASE36.checkOf("G123498654321")).isEqualTo("H");
        assertThat(Radix.CROCKFORD32.checkOf("X011Z5")).isEqualTo("$");
        // ISO/IEC 7064 MOD 97-10 of 794 is 44; as pairs of digits 7 and 94 would be two characters
        assertThat(Checks.mod97And10(new int[] {7, 94})).isEqualTo(44);
    }

    private StringBuilder body(String alphabet, int width) {
        StringBuilder body = new StringBuilder();
        while (body.length() < width) {
            body.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return body;
    }

    private static String with(String text, int place, char character) {
        StringBuilder changed = new StringBuilder(text);
        changed.setCharAt(place, character);
        return changed.toString();
    }

    private void refuseSwap(RadixCodec checked, String text, int place) {
        char one = text.charAt(place);
        char other = text.charAt(place + 1);
        if (one != other) {
            refuse(checked, with(with(text, place, other), place + 1, one), text);
        }
    }

    private void refuse(RadixCodec checked, String broken, String text) {
        try {
            checked.decode(broken);
        } catch (IllegalArgumentException e) {
            return;
        }
        throw new AssertionError("seed=" + seed + ", text=" + text + ", broken and read: " + broken);
    }
}
