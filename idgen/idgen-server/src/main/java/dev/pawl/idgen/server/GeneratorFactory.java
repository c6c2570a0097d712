package dev.pawl.idgen.server;

import dev.pawl.common.CoordinationException;
import dev.pawl.idgen.segment.SegmentGenerator;
import dev.pawl.idgen.server.ServedGenerator.Insight;
import dev.pawl.idgen.server.ServedGenerator.Kind;
import dev.pawl.idgen.server.ServedGenerator.Measure;
import dev.pawl.idgen.server.ServedGenerator.Offer;
import dev.pawl.idgen.server.ServedGenerator.Ranges;
import dev.pawl.idgen.snowflake.SnowflakeGenerator;
import dev.pawl.idgen.snowflake.Sonyflake;
import dev.pawl.idgen.snowflake.WorkerIds;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Makes the generators of a configuration, side by side, since each waits for its store. */
final class GeneratorFactory {

    private final Stores stores;
    private final Clock clock;

    GeneratorFactory(Stores stores, Clock clock) {
        this.stores = stores;
        this.clock = clock;
    }

    /**
     * Makes all generators.
     *
     * @throws StartException if one of them cannot be made; the others are closed then
     */
    Generators make(List<GeneratorConfig> configs) {
        List<CompletableFuture<ServedGenerator>> making = configs.stream()
                .map(config -> CompletableFuture.supplyAsync(() -> make(config)))
                .toList();
        List<ServedGenerator> made = new ArrayList<>();
        StartException failure = null;
        for (CompletableFuture<ServedGenerator> future : making) {
            try {
                made.add(future.join());
            } catch (CompletionException e) {
                failure = e.getCause() instanceof StartException start
                        ? start
                        : new StartException(String.valueOf(e.getCause()));
            }
        }
        Generators generators = new Generators(made);
        if (failure != null) {
            generators.close();
            throw failure;
        }
        return generators;
    }

    private ServedGenerator make(GeneratorConfig config) {
        try {
            ServedGenerator made = config instanceof GeneratorConfig.Segment segment
                    ? segment(segment)
                    : snowflake((GeneratorConfig.Snowflake) config);
            return made.offering(new Offer(config.encoding(), ranges(config)));
        } catch (CompletionException | CoordinationException e) {
            Problem problem = Failures.of(config.name(), e);
            throw new StartException("the generator cannot start, " + problem.detail());
        } catch (IllegalArgumentException e) {
            throw StartException.configuration("pawl.generators." + config.name() + ": " + e.getMessage());
        }
    }

    private static Optional<Ranges> ranges(GeneratorConfig config) {
        return config instanceof GeneratorConfig.Segment segment
                ? Optional.of(new Ranges(segment.tag().name(), segment.floor()))
                : Optional.empty();
    }

    private ServedGenerator segment(GeneratorConfig.Segment config) {
        stores.segments().create(config.tag()).toCompletableFuture().join();
        GeneratorEvents events = new GeneratorEvents();
        SegmentGenerator generator = SegmentGenerator.builder(
                        stores.segments(), config.tag().name())
                .floor(config.floor())
                .ceiling(config.ceiling())
                .targetDuration(config.targetDuration())
                .maxWait(config.maxWait())
                .listener(events)
                .build();
        List<Measure> gauges = List.of(
                new Measure(
                        "pawl.id.segment.remaining",
                        "",
                        "Ids at hand",
                        () -> generator.stats().remaining()),
                new Measure(
                        "pawl.id.segment.step",
                        "",
                        "Ids in the next segment",
                        () -> generator.stats().step()));
        Insight insight =
                new Insight(() -> Readiness.of(generator, events), gauges, config.maxWait(), Optional.empty());
        return new ServedGenerator(config.name(), Kind.SEGMENT, generator, Optional.empty(), insight, events);
    }

    private ServedGenerator snowflake(GeneratorConfig.Snowflake config) {
        GeneratorEvents events = new GeneratorEvents();
        SnowflakeGenerator generator = SnowflakeGenerator.builder(workerIds(config.workers()))
                .layout(config.layout())
                .maxAhead(config.maxAhead())
                .maxWait(config.maxWait())
                .clockPolicy(config.clockPolicy())
                .listener(events)
                .build();
        List<Measure> gauges = List.of(
                new Measure(
                        "pawl.id.ahead.ticks", "", "Ticks that the ids are ahead of the clock", generator::aheadTicks),
                new Measure("pawl.id.worker", "", "The worker id", generator::workerId),
                new Measure(
                        "pawl.id.worker.window.remaining",
                        "seconds",
                        "How long ids go on without the store",
                        () -> seconds(generator.windowRemaining())),
                new Measure(
                        "pawl.id.layout.remaining",
                        "seconds",
                        "How long the layout lasts",
                        () -> seconds(Duration.between(
                                clock.instant(), config.layout().endOfLife()))));
        Optional<WorkerSpaces.Lease> lease = config.workers().fixed().isPresent()
                ? Optional.empty()
                : Optional.of(new WorkerSpaces.Lease(config.workers().space(), generator::workerId));
        Insight insight = new Insight(() -> Readiness.of(generator, events, config), gauges, config.maxWait(), lease);
        return new ServedGenerator(
                config.name(), config.kind(), generator, Optional.of(config.layout()), insight, events);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private WorkerIds workerIds(GeneratorConfig.Workers workers) {
        if (workers.fixed().isPresent()) {
            return WorkerIds.fixed(workers.fixed().getAsInt());
        }
        WorkerIds ids = WorkerIds.leased(stores.workers(), workers.space());
        OptionalInt hint = workers.addressHint() ? Sonyflake.addressHint() : workers.hint();
        if (hint.isPresent()) {
            ids = ids.withHint(hint.getAsInt());
        }
        return workers.window().isPresent() ? ids.withWindow(workers.window().get()) : ids;
    }
}
