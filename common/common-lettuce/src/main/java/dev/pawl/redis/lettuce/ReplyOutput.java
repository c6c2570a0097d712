package dev.pawl.redis.lettuce;

import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads what a script returns, an array or one value. An array inside it stands in it as a list, which a reply refuses. */
final class ReplyOutput extends CommandOutput<String, byte[], List<Object>> {

    private boolean begun;

    ReplyOutput() {
        super(Link.CODEC, new ArrayList<>(4));
    }

    @Override
    @SuppressWarnings("NullAway") // Lettuce is not annotated; absent elements are null
    public void set(ByteBuffer bytes) {
        output.add(bytes == null ? null : codec.decodeValue(bytes));
    }

    @Override
    public void set(long integer) {
        output.add(integer);
    }

    @Override
    public void multi(int count) {
        if (begun) {
            output.add(List.of());
        }
        begun = true;
    }
}
