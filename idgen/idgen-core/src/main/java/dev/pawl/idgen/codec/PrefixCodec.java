package dev.pawl.idgen.codec;

import dev.pawl.idgen.spi.Printable;
import java.util.regex.Pattern;

/** A fixed text before another codec's. */
record PrefixCodec(String prefix, IdCodec codec) implements IdCodec {

    private static final Pattern PREFIX = Pattern.compile("[!-~]{1,32}");

    PrefixCodec {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    "prefix must be 1 to 32 printable ASCII characters without space: prefix=" + Printable.of(prefix));
        }
    }

    @Override
    public String encode(long id) {
        return prefix + codec.encode(id);
    }

    @Override
    public long decode(String text) {
        if (!text.startsWith(prefix)) {
            throw Rules.refused("id text must begin with " + prefix, text);
        }
        return codec.decode(text.substring(prefix.length()));
    }

    @Override
    public long maxId() {
        return codec.maxId();
    }
}
