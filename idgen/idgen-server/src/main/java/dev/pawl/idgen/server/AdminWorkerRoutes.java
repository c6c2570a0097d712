package dev.pawl.idgen.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.spi.WorkerLeaseStore;
import dev.pawl.idgen.spi.WorkerRecord;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What operators see of worker leases, and how they end one. Confined to its event loop. */
final class AdminWorkerRoutes {

    private final WorkerLeaseStore store;
    private final WorkerSpaces spaces;
    private final Clock clock;
    private final StoreCalls calls;

    AdminWorkerRoutes(WorkerLeaseStore store, WorkerSpaces spaces, Clock clock, StoreCalls calls) {
        this.store = store;
        this.spaces = spaces;
        this.clock = clock;
        this.calls = calls;
    }

    /** One record of a space. */
    private record Found(String space, WorkerRecord worker) {}

    /** All leases of the spaces that the configuration knows and the key may see. */
    void list(RoutingContext ctx) {
        Query.parse(ctx.request().query(), Set.of());
        JsonReplies.require(ctx.request());
        Key key = PathRoute.key(ctx);
        CompletionStage<List<Found>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (String space : spaces.names()) {
            if (key.reaches(space)) {
                all = all.thenCombine(calls.beside(() -> store.readAll(space)), (list, records) -> {
                    records.stream()
                            .filter(record -> record.workerId() != WorkerRecord.FLOOR)
                            .sorted(Comparator.comparingInt(WorkerRecord::workerId))
                            .forEach(worker -> list.add(new Found(space, worker)));
                    return list;
                });
            }
        }
        calls.answer(ctx.request(), "workers", all, StoreCalls.WAIT, found -> {
            JsonReplies.answer(ctx.response(), json -> {
                json.writeArrayFieldStart("workers");
                for (Found one : found) {
                    json.writeStartObject();
                    write(json, one);
                    json.writeEndObject();
                }
                json.writeEndArray();
            });
        });
    }

    /** Ends a lease: its holder goes on to the last tick that it was granted, and leases another worker id then. */
    void revoke(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        Query.parse(request.query(), Set.of());
        JsonReplies.require(request);
        String space = Objects.requireNonNull(ctx.pathParam("space"));
        int workerId = workerId(space, Objects.requireNonNull(ctx.pathParam("workerId")));
        Condition condition = Condition.ofChange(request);
        CompletionStage<WorkerRecord> revoked = calls.beside(() -> store.read(space, workerId))
                .thenCompose(found -> {
                    WorkerRecord before = found.orElseThrow(() -> unknown(space, Integer.toString(workerId)));
                    condition.require(before.revision());
                    return end(space, before);
                });
        calls.answer(
                request,
                "space=" + space + ", workerId=" + workerId,
                revoked,
                StoreCalls.WAIT,
                ended -> JsonReplies.answer(
                        request.response(), ended.revision(), json -> write(json, new Found(space, ended))));
    }

    private CompletionStage<WorkerRecord> end(String space, WorkerRecord before) {
        WorkerRecord ended = before.ended(UUID.randomUUID());
        return calls.beside(() -> store.compareAndSet(space, Optional.of(before), ended))
                .thenApply(done -> {
                    if (!done) {
                        throw Condition.failed();
                    }
                    return ended;
                });
    }

    private int workerId(String space, String text) {
        int most = spaces.layout(space).map(IdLayout::maxWorkerId).orElse(-1);
        int workerId = text.matches("0|[1-9][0-9]{0,8}") ? Integer.parseInt(text) : -1;
        if (workerId < 0 || workerId > most) {
            throw unknown(space, text);
        }
        return workerId;
    }

    private static ProblemException unknown(String space, String workerId) {
        return Problem.of(
                        ProblemType.UNKNOWN_LEASE,
                        "there is no such lease: space=" + Shown.of(space) + ", workerId=" + Shown.of(workerId))
                .thrown();
    }

    private void write(JsonGenerator json, Found found) throws IOException {
        WorkerRecord worker = found.worker();
        IdLayout layout = spaces.layout(found.space()).orElseThrow();
        json.writeStringField("space", found.space());
        json.writeNumberField("workerId", worker.workerId());
        json.writeStringField("state", state(found, layout));
        json.writeStringField("incarnation", worker.incarnation().toString());
        json.writeNumberField("fromTick", worker.fromTick());
        json.writeStringField("from", instant(worker, worker.fromTick(), layout));
        json.writeNumberField("toTick", worker.toTick());
        json.writeStringField("to", instant(worker, worker.toTick(), layout));
        json.writeStringField("window", worker.window().toString());
        json.writeStringField("layout", worker.layout());
        json.writeStringField("revision", Long.toString(worker.revision()));
    }

    /** Ticks of another layout, left from before it was changed, have no instants that we know. */
    private static @Nullable String instant(WorkerRecord worker, long tick, IdLayout layout) {
        return isOf(layout, worker) ? layout.startOf(tick).toString() : null;
    }

    private static boolean isOf(IdLayout layout, WorkerRecord worker) {
        return worker.layout().equals(layout.fingerprint());
    }

    /** A revoked lease is over for whoever reads it, and its holder goes on until its last tick. */
    private String state(Found found, IdLayout layout) {
        WorkerRecord worker = found.worker();
        if (!isOf(layout, worker)) {
            return "unknown";
        } else if (worker.toTick() < layout.tickAt(clock.millis())) {
            return "free";
        } else if (worker.toTick() < worker.fromTick()) {
            return "ended";
        }
        return spaces.isOwn(found.space(), worker.workerId()) ? "own" : "live";
    }
}
