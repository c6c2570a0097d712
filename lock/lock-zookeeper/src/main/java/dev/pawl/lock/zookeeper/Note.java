package dev.pawl.lock.zookeeper;

import dev.pawl.lock.spi.LockTerms;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What the node of a place says: {@code <lease and delay in ms> <permits>}, and {@code refused} behind it if an administrator
 * refuses its holder.
 */
record Note(Duration kept, int permits, boolean refused) {

    private static final String REFUSED = " refused";

    static Note of(LockTerms terms, Duration delay) {
        return new Note(terms.lease().plus(delay), terms.permits(), false);
    }

    static Note read(byte[] bytes) {
        String[] words = new String(bytes, StandardCharsets.US_ASCII).split(" ", -1);
        try {
            return new Note(Duration.ofMillis(Long.parseLong(words[0])), Integer.parseInt(words[1]), words.length > 2);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            // Written by a stranger: it holds its place all the same.
            return new Note(Duration.ZERO, 1, true);
        }
    }

    Note refuse() {
        return new Note(kept, permits, true);
    }

    byte[] bytes() {
        return (kept.toMillis() + " " + permits + (refused ? REFUSED : "")).getBytes(StandardCharsets.US_ASCII);
    }
}
