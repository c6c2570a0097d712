package dev.pawl.idgen.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pawl.idgen.layout.IdField;
import dev.pawl.idgen.layout.IdLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every codec and every id; a run is repeated with {@code -Dpawl.seed}. */
class CodecPropertiesTest {

    private static final int RANDOM_IDS = 2_000;
    private static final byte[] KEY = "0123456789abcdef".getBytes(US_ASCII);
    private static final String SIGNS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz*~$=-_. :/+\u0661\u00e9\n";

    private final long seed = Long.getLong("pawl.seed", 20261121L);
    private final SplittableRandom random = new SplittableRandom(seed);

    /** Where {@code aliases}, texts are compared as Crockford's letters are meant. */
    record Case(String name, IdCodec codec, boolean aliases) {

        String meant(String text) {
            return aliases ? Radix.CROCKFORD32.canonical(text) : text;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        addBase(cases, "decimal", IdCodec.decimal(), 19);
        addBase(cases, "base 36", IdCodec.base36(), 13);
        addBase(cases, "base 62", IdCodec.base62(), 11);
        addBase(cases, "Crockford", IdCodec.crockford32(), 13);
        add(cases, "date mask", IdCodec.decimal().padded(14).grouped("####-##-##-######"));
        add(cases, "keyed", IdCodec.base62().padded().withCheck().over(KeyedBijection.bits63(KEY)));
        add(cases, "keyed digits", IdCodec.decimal().over(KeyedBijection.digits(9, KEY)));
        add(cases, "versioned", IdCodec.base36().over(VersionedBijection.digits(9, Map.of(3, KEY), 3)));
        add(cases, "dated snowflake", IdCodec.dated(IdLayout.SNOWFLAKE));
        add(cases, "dated snowflake of data centres", IdCodec.dated(IdLayout.SNOWFLAKE_DATACENTER));
        add(cases, "dated sonyflake", IdCodec.dated(IdLayout.SONYFLAKE));
        add(cases, "dated 53 bits", IdCodec.dated(IdLayout.JAVASCRIPT).withPrefix("T"));
        IdLayout odd = new IdLayout(
                Duration.ofSeconds(90),
                Instant.parse("2000-02-29T23:59:59.250Z"),
                IdField.worker("worker", 31),
                IdField.tick(30),
                IdField.sequence(2));
        add(cases, "dated odd", IdCodec.dated(odd));
        return cases;
    }

    private static void addBase(List<Case> cases, String name, RadixCodec base, int greatestWidth) {
        boolean aliases = name.equals("Crockford");
        cases.add(new Case(name, base, aliases));
        cases.add(new Case(name + " checked", base.withCheck(), aliases));
        cases.add(new Case(name + " padded and checked", base.padded().withCheck(), aliases));
        for (int width = 1; width <= greatestWidth; width++) {
            cases.add(new Case(name + " padded to " + width, base.padded(width), aliases));
        }
        cases.add(new Case(
                name + " with all", base.padded(7).withCheck().withPrefix("A-0").withPrefix("B"), aliases));
    }

    private static void add(List<Case> cases, String name, IdCodec codec) {
        cases.add(new Case(name, codec, false));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void decodingGivesBackTheIdThatWasEncoded(Case tested) {
        IdCodec codec = tested.codec();
        ids(codec.maxId()).forEach(id -> {
            String text = codec.encode(id);
            assertThat(codec.decode(text)).as("seed=%d, text=%s", seed, text).isEqualTo(id);
        });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void idsBeyondTheCodecAreRefused(Case tested) {
        IdCodec codec = tested.codec();
        LongStream.of(-1, Long.MIN_VALUE, codec.maxId() + 1)
                .filter(id -> id < 0 || id > codec.maxId())
                .forEach(id -> assertThatIllegalArgumentException()
                        .isThrownBy(() -> codec.encode(id))
                        .withMessageContaining("id must be in [0, " + codec.maxId() + "]: id=" + id));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void noTextButItsOwnLeadsToAnId(Case tested) {
        IdCodec codec = tested.codec();
        int accepted = 0;
        for (long id : ids(codec.maxId()).limit(200).toArray()) {
            String text = codec.encode(id);
            for (int i = 0; i < 30; i++) {
                String other = altered(text);
                OptionalLong decoded = decoded(codec, other);
                if (decoded.isPresent()) {
                    accepted++;
                    String own = codec.encode(decoded.getAsLong());
                    assertThat(tested.meant(own)).as("seed=%d, id=%d", seed, id).isEqualTo(tested.meant(other));
                }
            }
        }
        assertThat(accepted).as("altered texts that another id has").isLessThan(200 * 30);
    }

    @ParameterizedTest
    @MethodSource("ordered")
    void paddedTextsAreInTheOrderOfTheirIds(Case tested) {
        IdCodec codec = tested.codec();
        String before = "";
        for (long id : ids(codec.maxId()).sorted().distinct().toArray()) {
            String text = codec.encode(id);
            assertThat(text.compareTo(before)).as("seed=%d, id=%d", seed, id).isPositive();
            before = text;
        }
    }

    static List<Case> ordered() {
        return cases().stream()
                .filter(tested -> tested.name().contains("padded")
                        || tested.name().endsWith("with all")
                        || tested.name().endsWith("mask"))
                .toList();
    }

    private LongStream ids(long max) {
        LongStream.Builder ids = LongStream.builder();
        for (long bit = 1; bit > 0; bit <<= 1) {
            ids.add(bit - 1).add(bit).add(max - bit).add(max - bit + 1);
        }
        for (long power = 1; power > 0 && power <= max / 62; power *= 62) {
            ids.add(power * 62 - 1).add(power * 62);
        }
        for (int i = 0; i < RANDOM_IDS; i++) {
            ids.add((random.nextLong() >>> 1) >>> random.nextInt(63));
            ids.add(random.nextLong() >>> 1);
        }
        return ids.build()
                .map(id -> max == Long.MAX_VALUE ? id : Math.floorMod(id, max + 1))
                .filter(id -> id >= 0);
    }

    private String altered(String text) {
        StringBuilder altered = new StringBuilder(text);
        int changes = random.nextInt(1, 3);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(altered.length() + 1);
            char sign = SIGNS.charAt(random.nextInt(SIGNS.length()));
            if (at == altered.length() || random.nextInt(4) == 0) {
                altered.insert(at, random.nextInt(4) == 0 ? '0' : sign);
            } else if (random.nextInt(4) == 0) {
                altered.deleteCharAt(at);
            } else {
                altered.setCharAt(at, random.nextBoolean() ? (char) (altered.charAt(at) ^ 0x20) : sign);
            }
        }
        return altered.toString();
    }

    private static OptionalLong decoded(IdCodec codec, String text) {
        try {
            return OptionalLong.of(codec.decode(text));
        } catch (IllegalArgumentException e) {
            return OptionalLong.empty();
        }
    }
}
