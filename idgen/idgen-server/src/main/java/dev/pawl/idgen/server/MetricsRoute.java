package dev.pawl.idgen.server;

import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.IdGenerator;
import dev.pawl.idgen.server.ServedGenerator.Measure;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Prometheus' text. The registry is made at the first scrape, to keep it out of the start: it reads counters that the
 * calls keep anyway. Thread-safe.
 */
final class MetricsRoute implements AutoCloseable {

    private final Generators generators;
    private final ApiKeys keys;
    private final ServiceMetrics metrics;
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final Object making = new Object();
    private volatile @org.jspecify.annotations.Nullable PrometheusMeterRegistry registry;

    MetricsRoute(Generators generators, ApiKeys keys, ServiceMetrics metrics) {
        this.generators = generators;
        this.keys = keys;
        this.metrics = metrics;
    }

    void scrape(RoutingContext ctx) {
        ctx.vertx()
                .executeBlocking(() -> registry().scrape(), false)
                .onSuccess(text ->
                        Replies.body(ctx.response(), "text/plain; version=0.0.4; charset=utf-8", Buffer.buffer(text)))
                .onFailure(ctx::fail);
    }

    private PrometheusMeterRegistry registry() {
        PrometheusMeterRegistry made = registry;
        if (made == null) {
            synchronized (making) {
                made = registry == null ? make() : registry;
                registry = made;
            }
        }
        return made;
    }

    private PrometheusMeterRegistry make() {
        PrometheusMeterRegistry made = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        generators.all().forEach(served -> bind(made, served));
        for (ProblemType type : ProblemType.values()) {
            counter(
                    made,
                    "pawl.http.problems",
                    Tags.of("type", type.slug()),
                    metrics.problems(type),
                    "Failures answered");
        }
        for (Key key : keys.all()) {
            rejected(made, key, ProblemType.FORBIDDEN, key.forbidden);
            rejected(made, key, ProblemType.TOO_MANY_REQUESTS, key.limited);
        }
        counter(
                made,
                "pawl.http.requests",
                Tags.of("generator", "none", "route", "other"),
                metrics.otherRequests,
                "Requests answered");
        Gauge.builder("pawl.http.connections", metrics.connections, LongAdder::sum)
                .description("Open connections")
                .register(made);
        new JvmMemoryMetrics().bindTo(made);
        new JvmThreadMetrics().bindTo(made);
        new ClassLoaderMetrics().bindTo(made);
        new ProcessorMetrics().bindTo(made);
        new UptimeMetrics().bindTo(made);
        gc.bindTo(made);
        return made;
    }

    private static void bind(MeterRegistry made, ServedGenerator served) {
        Tags tags = Tags.of("generator", served.name());
        GeneratorEvents events = served.events();
        FunctionCounter.builder("pawl.id.generated", served, ServedGenerator::generated)
                .tags(tags.and("kind", served.kind().toString()))
                .description("Ids answered")
                .register(made);
        counter(made, "pawl.http.requests", tags.and("route", "next"), served.single, "Requests answered");
        counter(made, "pawl.http.requests", tags.and("route", "ids"), served.batches, "Requests answered");
        counter(made, "pawl.id.stalls", tags, served.stalls, "Calls that found no id at hand and waited");
        counter(made, "pawl.id.exhausted", tags, events.exhausted, "Times that the ids were found to be used up");
        counter(made, "pawl.id.store.failures", tags, events.storeFailures, "Failures of the store");
        counter(made, "pawl.id.store.went.back", tags, events.storeWentBack, "Times that the store was found older");
        if (served.layout().isPresent()) {
            counter(made, "pawl.id.borrowed", tags, events.borrowed, "Times that ids were as far ahead as they may be");
            counter(made, "pawl.id.clock.back", tags, events.clockMovedBack, "Times that the clock was found set back");
            counter(made, "pawl.id.worker.lost", tags, events.leasesLost, "Worker ids lost to another instance");
            counter(made, "pawl.id.worker.renewals", tags, events.leaseRenewals, "Renewals of the worker id's lease");
        } else {
            FunctionTimer.builder(
                            "pawl.id.segment.fetch",
                            events,
                            e -> e.fetches.sum(),
                            e -> e.fetchNanos.sum(),
                            TimeUnit.NANOSECONDS)
                    .tags(tags)
                    .description("Segments fetched and the time that took")
                    .register(made);
        }
        for (Measure measure : served.insight().gauges()) {
            Gauge.builder(measure.name(), () -> measure.value().getAsDouble())
                    .baseUnit(measure.unit().isEmpty() ? null : measure.unit())
                    .description(measure.description())
                    .tags(tags)
                    .strongReference(true)
                    .register(made);
        }
        for (Level level : Level.values()) {
            bind(made, tags, served.generator(), level);
        }
    }

    /** One for each level, since it changes with the store's settings. */
    private static void bind(MeterRegistry made, Tags tags, IdGenerator generator, Level level) {
        Gauge.builder("pawl.id.guarantee", () -> generator.guarantee().level() == level ? 1 : 0)
                .description("What the ids' uniqueness rests on: 1 for the level of now, 0 for the others")
                .tags(tags.and("level", level.name().toLowerCase(Locale.ROOT)))
                .strongReference(true)
                .register(made);
    }

    private static void rejected(MeterRegistry made, Key key, ProblemType type, LongAdder adder) {
        Tags tags = Tags.of("key", key.name(), "type", type.slug());
        counter(made, "pawl.http.rejected", tags, adder, "Requests of a known key that were refused");
    }

    private static void counter(MeterRegistry made, String name, Tags tags, LongAdder adder, String description) {
        FunctionCounter.builder(name, adder, LongAdder::sum)
                .tags(tags)
                .description(description)
                .register(made);
    }

    @Override
    public void close() {
        gc.close();
    }
}
