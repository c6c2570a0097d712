package dev.pawl.idgen.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;

/**
 * One failure as RFC 9457 has it. The detail names the rule and the value that broke it, and nothing of how the service
 * is built: whatever is shown of a request has gone through {@link Shown}.
 *
 * @param type the kind
 * @param detail rule and value
 * @param retryAfter seconds after which another try may succeed, 0 if waiting does not help
 */
record Problem(ProblemType type, String detail, int retryAfter) {

    private static final JsonFactory JSON = new JsonFactory();

    Problem {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(detail, "detail");
    }

    static Problem of(ProblemType type, String detail) {
        return new Problem(type, detail, 0);
    }

    static Problem retry(ProblemType type, String detail, int seconds) {
        return new Problem(type, detail, seconds);
    }

    ProblemException thrown() {
        return new ProblemException(this);
    }

    Buffer toJson() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("type", type.uri());
            json.writeStringField("title", type.title());
            json.writeNumberField("status", type.status());
            json.writeStringField("detail", detail);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }
}
