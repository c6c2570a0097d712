package dev.pawl.idgen.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyedBijectionTest {

    private static final byte[] KEY = "0123456789abcdef".getBytes(US_ASCII);
    private static final int THREADS = 8;

    private final long seed = Long.getLong("pawl.seed", 20261121L);
    private final SplittableRandom random = new SplittableRandom(seed);

    static List<KeyedBijection> domains() {
        List<KeyedBijection> domains = new ArrayList<>();
        domains.add(KeyedBijection.bits63(KEY));
        domains.add(KeyedBijection.bits53(KEY));
        for (int digits = 6; digits <= 18; digits++) {
            domains.add(KeyedBijection.digits(digits, KEY));
        }
        return domains;
    }

    @Test
    void aMillionNumbersArePermuted() {
        KeyedBijection bijection = KeyedBijection.digits(6, KEY);
        BitSet images = new BitSet();
        int wrong = 0;
        for (int id = 0; id < 1_000_000; id++) {
            long image = bijection.apply(id);
            images.set((int) image);
            wrong += bijection.invert(image) == id ? 0 : 1;
        }
        assertThat(images.cardinality()).isEqualTo(1_000_000);
        assertThat(images.length()).isEqualTo(1_000_000);
        assertThat(wrong).isZero();
    }

    @ParameterizedTest
    @MethodSource("domains")
    void invertGivesBackTheIdOverTheWholeDomain(KeyedBijection bijection) {
        long max = bijection.maxId();
        LongStream.concat(
                        LongStream.of(0, 1, 2, max / 2, max / 2 + 1, max - 1, max),
                        random.longs(3_000).map(x -> max == Long.MAX_VALUE ? x >>> 1 : Math.floorMod(x, max + 1)))
                .forEach(id -> {
                    long image = bijection.apply(id);
                    assertThat(image).isBetween(0L, max);
                    assertThat(bijection.invert(image)).as("seed=%d", seed).isEqualTo(id);
                    assertThat(bijection.apply(bijection.invert(id)))
                            .as("seed=%d", seed)
                            .isEqualTo(id);
                });
    }

    /** Computed by another implementation, from the description in {@link Feistel}: persisted ids depend on them. */
    static Stream<Arguments> knownAnswers() {
        byte[] key16 = new byte[16];
        byte[] key32 = new byte[32];
        for (byte i = 0; i < 32; i++) {
            key16[i % 16] = (byte) (i % 16);
            key32[i] = i;
        }
        return Stream.of(
                Arguments.of(
                        KeyedBijection.bits63(key16),
                        List.of(
                                2958540791162059192L,
                                4648994232496143486L,
                                4471720764478488741L,
                                6107264776766338425L,
                                2182648055938436015L)),
                Arguments.of(
                        KeyedBijection.bits63(key32),
                        List.of(
                                185802644799706012L,
                                3601111631568089079L,
                                7788971928263672733L,
                                1930632938640106238L,
                                7831563646537670848L)),
                Arguments.of(
                        KeyedBijection.bits53(key16),
                        List.of(
                                6004342049172515L,
                                2438001163900881L,
                                2219926799996542L,
                                5271580562738919L,
                                2264097717101901L)),
                Arguments.of(
                        KeyedBijection.bits53(key32),
                        List.of(
                                1810812809655580L,
                                8006801649151633L,
                                30997245083392L,
                                8504717608944596L,
                                8285970444925682L)),
                Arguments.of(KeyedBijection.digits(6, key16), List.of(219312L, 796266L, 303149L, 37280L, 425634L)),
                Arguments.of(KeyedBijection.digits(6, key32), List.of(529813L, 278011L, 778463L, 483633L, 930509L)),
                Arguments.of(
                        KeyedBijection.digits(9, key16),
                        List.of(357730137L, 637146353L, 881179900L, 984765185L, 888445093L)),
                Arguments.of(
                        KeyedBijection.digits(9, key32),
                        List.of(639595945L, 127054650L, 371097970L, 714676844L, 634150750L)),
                Arguments.of(
                        KeyedBijection.digits(18, key16),
                        List.of(
                                474573849669059148L,
                                787785946773969332L,
                                342991771985344021L,
                                510315044687920855L,
                                738360404553810068L)),
                Arguments.of(
                        KeyedBijection.digits(18, key32),
                        List.of(
                                425282102835046043L,
                                952679887198859846L,
                                915269166904616573L,
                                238601839260969124L,
                                38782797988067549L)));
    }

    @ParameterizedTest
    @MethodSource("knownAnswers")
    void theMappingNeverChanges(KeyedBijection bijection, List<Long> images) {
        long size = bijection.maxId() + 1;
        List<Long> ids = List.of(0L, 1L, 2L, size >>> 1, size - 1);
        assertThat(ids.stream().map(bijection::apply)).isEqualTo(images);
        assertThat(images.stream().map(bijection::invert)).isEqualTo(ids);
    }

    @Test
    void twoDomainsUnderOneKeyAreUnrelated() {
        SecretKeySpec key = new SecretKeySpec(KEY, "AES");
        Feistel one = new Feistel(key, 15, 1_000_000_000L);
        Feistel other = new Feistel(key, 15, 1_000_000_001L);
        int equal = 0;
        for (int id = 0; id < 10_000; id++) {
            equal += one.forward(id) == other.forward(id) ? 1 : 0;
        }
        assertThat(equal).isLessThan(3);
    }

    @Test
    void walksAreAsShortAsTheNetworkIsFull() {
        assertThat(meanSteps(32, 1L << 63)).isBetween(1.9, 2.1);
        assertThat(meanSteps(27, 1L << 53)).isBetween(1.9, 2.1);
        assertThat(meanSteps(10, 1_000_000)).isBetween(1.0, 1.1);
        for (int digits = 6; digits <= 18; digits++) {
            assertThat(Math.scalb(1.0, 2 * halfBits(digits)) / Math.pow(10, digits))
                    .isBetween(1.0, 4.0);
        }
    }

    private static int halfBits(int digits) {
        return ((int) Math.ceil(digits * Math.log(10) / Math.log(2)) + 1) / 2;
    }

    private double meanSteps(int halfBits, long size) {
        Feistel network = new Feistel(new SecretKeySpec(KEY, "AES"), halfBits, size);
        int steps = 0;
        for (int id = 0; id < 20_000; id++) {
            long number = id;
            do {
                number = network.forward(number);
                steps++;
            } while (Long.compareUnsigned(number, size) >= 0);
        }
        return steps / 20_000.0;
    }

    @ParameterizedTest
    @MethodSource("domains")
    void imagesOfConsecutiveIdsFillTheDomainEvenly(KeyedBijection bijection) {
        int buckets = 256;
        int ids = 51_200;
        int[] high = new int[buckets];
        int[] low = new int[buckets];
        for (int id = 0; id < ids; id++) {
            long image = bijection.apply(id);
            high[Math.min(buckets - 1, (int) ((double) image / bijection.maxId() * buckets))]++;
            low[(int) (image % buckets)]++;
        }
        // 255 degrees of freedom: mean 255, standard deviation 22.6; a fixed key, so it never changes
        assertThat(chiSquare(high, ids)).isBetween(160.0, 350.0);
        assertThat(chiSquare(low, ids)).isBetween(160.0, 350.0);
    }

    private static double chiSquare(int[] counts, int ids) {
        double expected = (double) ids / counts.length;
        double sum = 0;
        for (int count : counts) {
            sum += (count - expected) * (count - expected) / expected;
        }
        return sum;
    }

    @Test
    void oneBitOfTheIdOrTheKeyChangesHalfOfTheImagesBits() {
        KeyedBijection bijection = KeyedBijection.bits63(KEY);
        byte[] near = KEY.clone();
        near[7] ^= 1;
        KeyedBijection other = KeyedBijection.bits63(near);
        for (int bit = 0; bit < 63; bit++) {
            long changed = 0;
            for (long id = 0; id < 500; id++) {
                changed += Long.bitCount(bijection.apply(id) ^ bijection.apply(id ^ 1L << bit));
            }
            assertThat(changed / 500.0).as("bit %d", bit).isBetween(30.5, 32.5);
        }
        long changed = 0;
        for (long id = 0; id < 2_000; id++) {
            changed += Long.bitCount(bijection.apply(id) ^ other.apply(id));
        }
        assertThat(changed / 2_000.0).isBetween(31.0, 32.0);
    }

    @Test
    void eightThreadsGetWhatOneGets() {
        KeyedBijection bijection = KeyedBijection.digits(9, KEY);
        long[] images = LongStream.range(0, 20_000).map(bijection::apply).toArray();
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            threads.add(done);
            new Thread(() -> {
                        try {
                            for (int id = 0; id < images.length; id++) {
                                if (bijection.apply(id) != images[id] || bijection.invert(images[id]) != id) {
                                    throw new AssertionError("id=" + id);
                                }
                            }
                            done.complete(null);
                        } catch (Throwable e) {
                            done.completeExceptionally(e);
                        }
                    })
                    .start();
        }
        threads.forEach(CompletableFuture::join);
    }

    @ParameterizedTest
    @MethodSource("domains")
    void numbersOutsideTheDomainAreRefused(KeyedBijection bijection) {
        LongStream.of(-1, Long.MIN_VALUE, bijection.maxId() + 1).forEach(id -> {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> bijection.apply(id))
                    .withMessage("id must be in [0, " + bijection.maxId() + "]: id=" + id);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> bijection.invert(id))
                    .withMessage("mapped must be in [0, " + bijection.maxMapped() + "]: mapped=" + id);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 17, 24, 31, 33})
    void aKeyOfAnotherLengthIsRefusedAndNotShown(int length) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyedBijection.bits63(new byte[length]))
                .withMessage("key must be 16 or 32 bytes: length=" + length);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 5, 19})
    void aDomainOfAnotherSizeIsRefused(int digits) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyedBijection.digits(digits, KEY))
                .withMessage("digits must be in [6, 18]: digits=" + digits);
    }

    @Test
    void theCallersKeyIsCopied() {
        byte[] key = KEY.clone();
        KeyedBijection bijection = KeyedBijection.digits(6, key);
        Arrays.fill(key, (byte) 0);
        assertThat(bijection.apply(7)).isEqualTo(KeyedBijection.digits(6, KEY).apply(7));
    }

    @Test
    void aCodecThatCannotHoldEveryImageIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdCodec.decimal().padded(5).over(KeyedBijection.digits(6, KEY)))
                .withMessage("the mapping must stay within the codec's ids: maxMapped=999999, maxId=99999");
        IdCodec codec = IdCodec.decimal().padded(6).over(KeyedBijection.digits(6, KEY));
        assertThat(codec.maxId()).isEqualTo(999_999);
        assertThat(codec.decode(codec.encode(42))).isEqualTo(42);
    }
}
