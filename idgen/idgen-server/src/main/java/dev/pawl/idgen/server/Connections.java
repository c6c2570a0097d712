package dev.pawl.idgen.server;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of one event loop, and how long each has been without a request. One timer looks at all of them,
 * so that a request costs one store into a field. A client that sends its headers or its body a byte at a time is
 * closed like one that sends nothing: what counts is whole requests. Confined to its event loop.
 */
final class Connections {

    private final IdentityHashMap<HttpConnection, State> open = new IdentityHashMap<>();
    private final ServiceMetrics metrics;
    private final int idleSweeps;
    private final int bodySweeps;
    private int sweep;

    /** One connection: when its last request began, and the body it still owes. */
    private static final class State {
        private int since;
        private @Nullable BodyReader reading;
    }

    /**
     * Starts the sweep, which ends with the context.
     *
     * @param idle how long a connection may be without a request
     * @param body how long a body may take
     */
    Connections(Vertx vertx, Duration idle, Duration body, ServiceMetrics metrics) {
        this.metrics = metrics;
        long sweepMillis = Math.max(50, Math.min(1000, Math.min(idle.toMillis(), body.toMillis()) / 4));
        this.idleSweeps = (int) (idle.toMillis() / sweepMillis);
        this.bodySweeps = (int) (body.toMillis() / sweepMillis);
        vertx.setPeriodic(sweepMillis, timer -> sweep());
    }

    void opened(HttpConnection connection) {
        State state = new State();
        state.since = sweep;
        open.put(connection, state);
        metrics.connections.increment();
        connection.closeHandler(closed -> {
            if (open.remove(connection) != null) {
                metrics.connections.decrement();
            }
        });
    }

    /** A request has begun. */
    void touched(HttpConnection connection) {
        State state = open.get(connection);
        if (state != null) {
            state.since = sweep;
        }
    }

    /** A body is being read; null when it is complete. */
    void reading(HttpConnection connection, @Nullable BodyReader reader) {
        State state = open.get(connection);
        if (state != null) {
            state.reading = reader;
        }
    }

    private void sweep() {
        sweep++;
        for (Map.Entry<HttpConnection, State> entry : new ArrayList<>(open.entrySet())) {
            State state = entry.getValue();
            int age = sweep - state.since;
            if (state.reading != null && age > bodySweeps) {
                BodyReader late = state.reading;
                state.reading = null;
                late.tooLate();
            } else if (age > idleSweeps) {
                entry.getKey().close();
            }
        }
    }
}
