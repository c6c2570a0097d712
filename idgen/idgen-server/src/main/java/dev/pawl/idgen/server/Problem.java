package dev.pawl.idgen.server;

import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * One failure as RFC 9457 has it. The detail names the rule and the value that broke it, and nothing of how the service
 * is built: whatever is shown of a request has gone through {@link Shown}.
 *
 * @param type the kind
 * @param detail rule and value
 * @param retryAfter seconds after which another try may succeed, 0 if waiting does not help
 * @param maxId the greatest number of the tag whose numbers are used up; empty for any other problem
 */
record Problem(ProblemType type, String detail, int retryAfter, OptionalLong maxId) {

    Problem {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(detail, "detail");
    }

    static Problem of(ProblemType type, String detail) {
        return new Problem(type, detail, 0, OptionalLong.empty());
    }

    static Problem retry(ProblemType type, String detail, int seconds) {
        return new Problem(type, detail, seconds, OptionalLong.empty());
    }

    /** A tag's numbers are used up; clients that count by themselves are told which was the last. */
    static Problem exhausted(String tag, long maxId) {
        return new Problem(
                ProblemType.EXHAUSTED,
                "every id there is has been given: tag=" + tag + ", maxId=" + maxId,
                0,
                OptionalLong.of(maxId));
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
            if (maxId.isPresent()) {
                json.writeStringField("maxId", Long.toString(maxId.getAsLong()));
            }
        });
    }
}
