package dev.pawl.idgen.server;

import dev.pawl.idgen.codec.IdCodec;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.OptionalLong;

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
        if (ids.length <= MOST_ON_THE_LOOP) {
            return Future.succeededFuture(write(codec, format, ids));
        }
        Promise<Buffer> written = Promise.promise();
        context.executeBlocking(() -> write(codec, format, ids), false).onComplete(done -> {
            Buffer body = done.result();
            if (body != null) {
                written.complete(body);
            } else {
                written.fail(done.cause());
            }
        });
        return written.future();
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

    /** The id of a text, or empty if no id of a codec has it. */
    static OptionalLong decode(IdCodec codec, String text) {
        try {
            return OptionalLong.of(codec.decode(text));
        } catch (IllegalArgumentException noText) {
            return OptionalLong.empty();
        }
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
