package dev.pawl.idgen.server;

import io.vertx.core.buffer.Buffer;
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
        return JsonReplies.object(json -> {
            json.writeStringField("type", type.uri());
            json.writeStringField("title", type.title());
            json.writeNumberField("status", type.status());
            json.writeStringField("detail", detail);
        });
    }
}
