package dev.pawl.idgen.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Answers that are one JSON object, where speed does not count. */
final class JsonReplies {

    private static final JsonFactory JSON = new JsonFactory();
    private static final List<IdFormat> JSON_ONLY = List.of(IdFormat.JSON);

    private JsonReplies() {}

    /** Writes the members of a JSON object. */
    interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    /**
     * Lets a request pass that takes JSON.
     *
     * @throws ProblemException if it does not
     */
    static void require(HttpServerRequest request) {
        List<String> accept = request.headers().getAll(HttpHeaders.ACCEPT);
        if (Accepts.choose(accept, JSON_ONLY).isEmpty()) {
            throw Accepts.refused(JSON_ONLY).thrown();
        }
    }

    /** Answers an object. */
    static void answer(RoutingContext ctx, Members members) {
        answer(ctx.response(), members);
    }

    /** Answers an object. */
    static void answer(HttpServerResponse response, Members members) {
        Replies.body(response, IdFormat.JSON.contentType(), object(members));
    }

    /** Answers what is changed by compare-and-set on its revision, which is its entity tag too. */
    static void answer(HttpServerResponse response, long revision, Members members) {
        response.putHeader(HttpHeaders.ETAG, "\"" + revision + "\"");
        answer(response, members);
    }

    /** An object as it goes over the wire. */
    static Buffer object(Members members) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }
}
