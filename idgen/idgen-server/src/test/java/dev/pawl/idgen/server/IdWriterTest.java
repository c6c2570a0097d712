package dev.pawl.idgen.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdWriterTest {

    @ParameterizedTest
    @ValueSource(
            longs = {
                1,
                5,
                98,
                99_999_990L,
                999_999_990L,
                4_294_967_290L,
                9_999_999_999_999_990L,
                1_000_000_000_000_000_000L
            })
    void batchesThatCrossEveryLengthAreRight(long first) {
        assertAllFormats(LongStream.range(first, first + 300).toArray());
    }

    @Test
    void batchesOfWhateverDistanceAreRight() {
        Random random = new Random(20261121);
        for (int round = 0; round < 300; round++) {
            long step = 1L << random.nextInt(50);
            long id = 1 + random.nextInt(1_000_000);
            long[] ids = new long[1 + random.nextInt(40)];
            for (int i = 0; i < ids.length; i++) {
                id += 1 + (long) (random.nextDouble() * step);
                ids[i] = id;
            }
            assertAllFormats(ids);
        }
    }

    @Test
    void theGreatestIdsFitTheBound() {
        assertAllFormats(
                LongStream.rangeClosed(Long.MAX_VALUE - 2, Long.MAX_VALUE - 1).toArray());
        long[] far = new long[1000];
        Arrays.setAll(far, i -> Long.MAX_VALUE - 1 - (999L - i) * 3_000_000_000L);
        assertAllFormats(far);
    }

    @ParameterizedTest
    @EnumSource(IdFormat.class)
    void oneIdIsRightInEveryFormat(IdFormat format) {
        for (long id : new long[] {1, 99_999_999, 100_000_000, Long.MAX_VALUE}) {
            byte[] bytes = new byte[Replies.ONE_ID];
            int length = IdWriter.writeOne(format, id, bytes);
            byte[] expected = format == IdFormat.BINARY
                    ? ByteBuffer.allocate(8).putLong(id).array()
                    : one(format, id).getBytes(US_ASCII);
            assertThat(Arrays.copyOf(bytes, length)).isEqualTo(expected);
        }
    }

    private static void assertAllFormats(long[] ids) {
        for (IdFormat format : IdFormat.values()) {
            byte[] bytes = new byte[format.maxSize(ids.length)];
            int length = IdWriter.writeAll(format, ids, bytes);
            assertThat(Arrays.copyOf(bytes, length))
                    .as("%s from %d", format, ids[0])
                    .isEqualTo(expected(format, ids));
        }
    }

    private static String one(IdFormat format, long id) {
        return switch (format) {
            case TEXT -> Long.toString(id);
            case JSON -> "{\"id\":\"" + id + "\"}";
            case JSON_NUMBERS -> "{\"id\":" + id + "}";
            case NDJSON -> "{\"id\":\"" + id + "\"}\n";
            case BINARY -> "";
        };
    }

    private static byte[] expected(IdFormat format, long[] ids) {
        if (format == IdFormat.BINARY) {
            ByteBuffer buffer = ByteBuffer.allocate(ids.length * 8);
            LongStream.of(ids).forEach(buffer::putLong);
            return buffer.array();
        }
        LongFunction<String> each =
                switch (format) {
                    case TEXT -> id -> id + "\n";
                    case NDJSON -> id -> one(format, id);
                    case JSON_NUMBERS -> Long::toString;
                    default -> id -> "\"" + id + "\"";
                };
        boolean array = format == IdFormat.JSON || format == IdFormat.JSON_NUMBERS;
        String body = LongStream.of(ids).mapToObj(each).collect(Collectors.joining(array ? "," : ""));
        return (array ? "{\"ids\":[" + body + "]}" : body).getBytes(US_ASCII);
    }
}
