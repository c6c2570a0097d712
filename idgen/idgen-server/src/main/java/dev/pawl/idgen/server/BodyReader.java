package dev.pawl.idgen.server;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads a body of bounded size, and refuses a larger one as soon as that is known. Confined to its event loop. */
final class BodyReader {

    /** How much of a refused body is still taken off the wire, so that the client gets to read the refusal. */
    private static final int MOST_DISCARDED = 1024 * 1024;

    private final HttpServerRequest request;
    private final Connections connections;
    private final ServiceMetrics metrics;
    private final Consumer<byte[]> whole;

    private @Nullable Buffer body;
    private boolean grown;
    private boolean refused;
    private long received;

    private BodyReader(
            HttpServerRequest request, Connections connections, ServiceMetrics metrics, Consumer<byte[]> whole) {
        this.request = request;
        this.connections = connections;
        this.metrics = metrics;
        this.whole = whole;
    }

    /**
     * Starts to read.
     *
     * @param whole is given the body, on this event loop; is not called for a body that was refused or cut off
     */
    static void read(
            HttpServerRequest request, Connections connections, ServiceMetrics metrics, Consumer<byte[]> whole) {
        BodyReader reader = new BodyReader(request, connections, metrics, whole);
        request.handler(reader::received).endHandler(end -> reader.ended());
        connections.reading(request.connection(), reader);
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        String expect = request.getHeader(HttpHeaders.EXPECT);
        if (length != null && Long.parseLong(length) > IdsBody.MOST_BYTES) {
            reader.refuse(tooLarge());
        } else if (expect != null && !expect.toLowerCase(Locale.ROOT).equals("100-continue")) {
            reader.refuse(Problem.of(
                    ProblemType.EXPECTATION_FAILED, "Expect must be 100-continue: Expect=" + Shown.of(expect)));
        } else if (expect != null) {
            request.response().writeContinue();
        }
    }

    /** The body has taken longer than it may. */
    void tooLate() {
        refuse(Problem.of(ProblemType.REQUEST_TIMEOUT, "the body must arrive in time: bytes=" + received));
        request.connection().close();
    }

    private void received(Buffer chunk) {
        received += chunk.length();
        if (refused) {
            if (received > MOST_DISCARDED) {
                request.connection().close();
            }
        } else if (received > IdsBody.MOST_BYTES) {
            refuse(tooLarge());
        } else {
            append(chunk);
        }
    }

    private void append(Buffer chunk) {
        if (body == null) {
            body = chunk;
        } else {
            if (!grown) {
                // A chunk's own buffer need not be able to grow.
                body = Buffer.buffer(IdsBody.MOST_BYTES).appendBuffer(body);
                grown = true;
            }
            body.appendBuffer(chunk);
        }
    }

    private void ended() {
        connections.reading(request.connection(), null);
        if (refused) {
            request.connection().close();
        } else {
            whole.accept(body == null ? new byte[0] : body.getBytes());
        }
    }

    private void refuse(Problem problem) {
        if (!refused) {
            refused = true;
            body = null;
            metrics.count(problem);
            Replies.lastProblem(request, problem);
        }
    }

    private static Problem tooLarge() {
        return Problem.of(ProblemType.BODY_TOO_LARGE, "the body must have at most " + IdsBody.MOST_BYTES + " bytes");
    }
}
