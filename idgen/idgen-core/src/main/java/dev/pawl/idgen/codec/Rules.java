package dev.pawl.idgen.codec;

import dev.pawl.idgen.spi.Printable;

/** What codecs and mappings refuse, in the same words everywhere. */
final class Rules {

    private Rules() {}

    static void requireWithin(String name, long number, long greatest) {
        if (number < 0 || number > greatest) {
            throw new IllegalArgumentException(name + " must be in [0, " + greatest + "]: " + name + "=" + number);
        }
    }

    static IllegalArgumentException refused(String rule, String text) {
        return new IllegalArgumentException(rule + ": text=" + Printable.of(text));
    }
}
