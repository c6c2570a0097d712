package dev.pawl.delay.redis;

import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
import dev.pawl.delay.spi.DeadLetter;
import dev.pawl.delay.spi.JobView;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/**
 * What is stored of a job once it was delivered, as change.lua describes it, as far as answers need it.
 *
 * @param token the last delivery's
 * @param attempt how many have begun and counted
 * @param out whether the last delivery stands
 * @param dueMillis when it was due
 */
record JobState(long token, int attempt, boolean out, long dueMillis) {

    static JobState read(byte[] state) {
        return read(ByteBuffer.wrap(state));
    }

    private static JobState read(ByteBuffer state) {
        Envelope.requireFormat(new byte[] {state.get()});
        return new JobState(state.getLong(), state.getInt(), state.get() == 1, state.getLong());
    }

    /** A job that was never delivered is due when it is visible. */
    static JobState waiting(long score) {
        return new JobState(0, 0, false, score);
    }

    ClaimedJob claimed(String id, byte[] envelope) {
        return new ClaimedJob(id, token, attempt, Envelope.attempts(envelope), due(), Envelope.body(envelope));
    }

    JobView view(String id, long score, long now, byte[] envelope) {
        return new JobView(
                id,
                out && score > now,
                due(),
                Duration.ofMillis(score - now),
                attempt,
                Envelope.attempts(envelope),
                Envelope.body(envelope));
    }

    static DeadLetter letter(String id, byte[] letter, byte[] envelope) {
        Envelope.requireFormat(letter);
        ByteBuffer rest = ByteBuffer.wrap(letter, 1, letter.length - 1);
        Instant died = Instant.ofEpochMilli(rest.getLong());
        byte[] reason = new byte[rest.getShort()];
        rest.get(reason);
        JobState state = read(rest);
        String said = new String(reason, StandardCharsets.UTF_8);
        return new DeadLetter(id, said, state.due(), died, state.attempt, Envelope.body(envelope));
    }

    private Instant due() {
        return Instant.ofEpochMilli(dueMillis);
    }
}
