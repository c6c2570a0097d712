package dev.pawl.delay.spi;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * A consumer's word that it is there. Immutable.
 *
 * @param consumer who: letters, digits and hyphens, 1 to 128 of them
 * @param accepting whether it would take a job now
 * @param lasting for how long this counts, unless it is said again, in [0, 1 hour]; zero takes it back
 */
public record Presence(String consumer, boolean accepting, Duration lasting) {

    private static final Pattern CONSUMER = Pattern.compile("[A-Za-z0-9-]{1,128}");

    /** Checks the consumer's id and the duration. */
    public Presence {
        requireConsumer(consumer);
        Checks.duration("lasting", lasting, Duration.ZERO, Duration.ofHours(1));
    }

    static void requireConsumer(String consumer) {
        if (!CONSUMER.matcher(consumer).matches()) {
            throw new IllegalArgumentException(
                    "consumer must be 1 to 128 letters, digits and hyphens: consumer=" + consumer);
        }
    }
}
