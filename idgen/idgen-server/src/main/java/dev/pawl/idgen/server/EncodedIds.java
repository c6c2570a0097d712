package dev.pawl.idgen.server;

import dev.pawl.idgen.codec.IdCodec;
import dev.pawl.idgen.layout.IdLayout;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * Writes ids as the texts of their generator's codec, and reads them. A permutation costs some microseconds an id, so a
 * large batch is written beside the event loop.
 */
final class EncodedIds {

    private static final int MOST_ON_THE_LOOP = 50;

    private EncodedIds() {}

    /** The body that holds one id. */
    static Buffer one(IdCodec codec, IdFormat format, long id) {
        return Buffer.buffer(Replies.ONE_ID)
                .appendBytes(format.openOne)
                .appendString(codec.encode(id))
                .appendBytes(format.closeOne);
    }

    /** The body that holds many, complete on the event loop of the context; the array is read until then. */
    static Future<Buffer> many(Context context, IdCodec codec, IdFormat format, long[] ids) {
        return ids.length > MOST_ON_THE_LOOP
                ? context.executeBlocking(() -> write(codec, format, ids), false)
                : Future.future(promise -> promise.complete(write(codec, format, ids)));
    }

    private static Buffer write(IdCodec codec, IdFormat format, long[] ids) {
        Buffer body = Buffer.buffer(format.maxSize(ids.length)).appendBytes(format.open);
        for (int i = 0; i < ids.length; i++) {
            if (i > 0) {
                body.appendBytes(format.between);
            }
            body.appendString(codec.encode(ids[i]));
        }
        return body.appendBytes(format.close);
    }

    /**
     * The id of a text.
     *
     * @throws ProblemException if no id of the generator has it
     */
    static long decode(ServedGenerator served, IdCodec codec, String text) {
        try {
            long id = codec.decode(text);
            if (id <= served.layout().map(IdLayout::maxId).orElse(Long.MAX_VALUE)) {
                return id;
            }
        } catch (IllegalArgumentException noText) {
            // Refused below, in words that tell nothing of the codec.
        }
        throw Problem.of(ProblemType.INVALID_ID, "id must be a text of the generator's encoding: id=" + Shown.of(text))
                .thrown();
    }

    /** Why an id could not be written. */
    static Problem failed(ServedGenerator served, Throwable failure) {
        if (failure instanceof IllegalArgumentException) {
            return Problem.of(
                    ProblemType.EXHAUSTED,
                    "every id that the encoding has a text for has been given: generator=" + served.name());
        }
        return Failures.of(served.name(), failure);
    }
}
