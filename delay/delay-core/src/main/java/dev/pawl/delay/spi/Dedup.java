package dev.pawl.delay.spi;

import java.util.Objects;

/**
 * A key that at most one waiting job of a partition has, and what becomes of a second one. A job has its key from the moment at which
 * it is taken until it is finished, cancelled, dropped or dead, or until another takes the key over. Immutable.
 *
 * <p>A job in flight cannot be replaced: against {@link Mode#REJECT} it keeps the key, and in the other modes the new job is
 * taken beside it and has the key from then on.
 *
 * @param key any text of 1 to {@value #GREATEST_BYTES} bytes in UTF-8
 * @param mode what becomes of the second job
 */
public record Dedup(String key, Mode mode) {

    /** The longest key, in bytes of UTF-8. */
    public static final int GREATEST_BYTES = 256;

    /** What becomes of a second job with the same key while the first waits. */
    public enum Mode {
        /** The first stays; the second is {@link EnqueueOutcome#DUPLICATE}. */
        REJECT,
        /** The second takes the first one's place, with its own body and due time. */
        REPLACE,
        /** The second takes the first one's place if it is due earlier; else it is {@link EnqueueOutcome#DUPLICATE}. */
        KEEP_EARLIEST,
        /** The second takes the first one's place, and is due at the later of both due times. */
        DEBOUNCE
    }

    /** Checks the key. */
    public Dedup {
        Checks.text("dedup key", key, GREATEST_BYTES);
        Objects.requireNonNull(mode, "mode");
    }
}
