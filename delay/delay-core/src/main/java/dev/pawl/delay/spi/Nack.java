package dev.pawl.delay.spi;

import java.time.Duration;
import java.util.Objects;

/**
 * Gives a delivery back. Immutable.
 *
 * @param receipt the delivery
 * @param kind what becomes of the job
 * @param delay after which time it is visible again, in [0, 36,500 days]; counts for {@link Kind#RETRY} and {@link Kind#GIVE_BACK}
 * @param reason why, kept with a dead letter: at most {@value #GREATEST_REASON} characters, longer ones are cut
 */
public record Nack(Receipt receipt, Kind kind, Duration delay, String reason) {

    /** The longest reason, in characters. */
    public static final int GREATEST_REASON = 512;

    private static final Duration GREATEST_DELAY = Duration.ofDays(36_500);

    /** What becomes of the job. */
    public enum Kind {
        /** It is delivered again, or becomes a dead letter if this was its last attempt. */
        RETRY,
        /** It was not begun: it is delivered again, and this attempt does not count. */
        GIVE_BACK,
        /** It becomes a dead letter. */
        DEAD_LETTER
    }

    /** Checks the delay, and cuts the reason. */
    public Nack {
        Objects.requireNonNull(receipt, "receipt");
        Objects.requireNonNull(kind, "kind");
        Checks.duration("delay", delay, Duration.ZERO, GREATEST_DELAY);
        if (reason.length() > GREATEST_REASON) {
            int end = Character.isHighSurrogate(reason.charAt(GREATEST_REASON - 1))
                    ? GREATEST_REASON - 1
                    : GREATEST_REASON;
            reason = reason.substring(0, end);
        }
    }
}
