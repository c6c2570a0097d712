package dev.pawl.idgen.server;

import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Answers a JSON object. */
final class JsonReply {

    private JsonReply() {}

    /** Writes the members of a JSON object. */
    interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    static void answer(HttpServerResponse response, Members members) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JsonBody.JSON.createGenerator(bytes)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Replies.body(response, IdFormat.JSON.contentType(), Buffer.buffer(bytes.toByteArray()));
    }

    /** Answers what is changed by compare-and-set on its revision, which is its entity tag too. */
    static void answer(HttpServerResponse response, long revision, Members members) {
        response.putHeader("etag", "\"" + revision + "\"");
        answer(response, members);
    }
}
