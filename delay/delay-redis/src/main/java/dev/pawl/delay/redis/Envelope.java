package dev.pawl.delay.redis;

import dev.pawl.common.BackendException;
import dev.pawl.delay.spi.Dedup;
import dev.pawl.delay.spi.JobBody;
import dev.pawl.delay.spi.NewJob;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;

/** What is stored of a job when it is taken in, as partition.lua describes it. It does not change. */
final class Envelope {

    static final byte FORMAT = '1';

    private static final int HEADER = 24;
    private static final int ATTEMPTS_AT = 10;
    private static final int KEY_LENGTH_AT = 22;

    private Envelope() {}

    static byte[] of(NewJob job) {
        byte[] key = job.dedup().map(dedup -> JobScripts.text(dedup.key())).orElse(new byte[0]);
        return ByteBuffer.allocate(HEADER + key.length + job.body().size())
                .put(FORMAT)
                .put((byte) job.dedup()
                        .map(dedup -> letter(dedup.mode()))
                        .orElse('N')
                        .charValue())
                .putLong(job.request())
                .putInt(job.terms().attempts())
                .putLong(job.terms().ttl().map(Envelope::millis).orElse(0L))
                .putShort((short) key.length)
                .put(key)
                .put(job.body().bytes())
                .array();
    }

    static int attempts(byte[] envelope) {
        requireFormat(envelope);
        return ByteBuffer.wrap(envelope).getInt(ATTEMPTS_AT);
    }

    static JobBody body(byte[] envelope) {
        requireFormat(envelope);
        int key = ByteBuffer.wrap(envelope).getShort(KEY_LENGTH_AT);
        return JobBody.of(Arrays.copyOfRange(envelope, HEADER + key, envelope.length));
    }

    static void requireFormat(byte[] record) {
        if (record[0] != FORMAT) {
            throw new BackendException(
                    "record must have format 1: format=" + (char) record[0], BackendException.Outcome.UNKNOWN, null);
        }
    }

    private static long millis(Duration ttl) {
        return ttl.plusNanos(999_999).toMillis();
    }

    private static char letter(Dedup.Mode mode) {
        return switch (mode) {
            case REJECT -> 'R';
            case REPLACE -> 'P';
            case KEEP_EARLIEST -> 'E';
            case DEBOUNCE -> 'B';
        };
    }
}
