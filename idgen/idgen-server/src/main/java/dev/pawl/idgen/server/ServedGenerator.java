package dev.pawl.idgen.server;

import dev.pawl.idgen.IdGenerator;
import dev.pawl.idgen.layout.IdLayout;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;

/**
 * A generator as the service serves it: its name, what it can be asked for beside ids, and what is counted. Counters are
 * adders, since every event loop counts on every call.
 */
final class ServedGenerator {

    /** The kinds of generator that a configuration can name. */
    enum Kind {
        SEGMENT,
        SNOWFLAKE,
        SONYFLAKE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What an operator can see of a generator.
     *
     * @param ready whether an id could be given now; must not take one that would be missed
     * @param gauges values read at every scrape
     * @param maxWait how long a call may wait in the generator
     */
    record Insight(BooleanSupplier ready, List<Measure> gauges, Duration maxWait) {}

    /**
     * A value that goes up and down.
     *
     * @param name the meter's name
     * @param unit its base unit, empty for a plain count
     * @param description what it says
     * @param value reads it
     */
    record Measure(String name, String unit, String description, DoubleSupplier value) {}

    private final String name;
    private final Kind kind;
    private final IdGenerator generator;
    private final Optional<IdLayout> layout;
    private final Insight insight;
    private final GeneratorEvents events;

    final LongAdder single = new LongAdder();
    final LongAdder batches = new LongAdder();
    final LongAdder inBatches = new LongAdder();
    final LongAdder stalls = new LongAdder();

    ServedGenerator(
            String name,
            Kind kind,
            IdGenerator generator,
            Optional<IdLayout> layout,
            Insight insight,
            GeneratorEvents events) {
        this.name = name;
        this.kind = kind;
        this.generator = generator;
        this.layout = layout;
        this.insight = insight;
        this.events = events;
    }

    String name() {
        return name;
    }

    Kind kind() {
        return kind;
    }

    IdGenerator generator() {
        return generator;
    }

    Optional<IdLayout> layout() {
        return layout;
    }

    Insight insight() {
        return insight;
    }

    GeneratorEvents events() {
        return events;
    }

    /** How many ids were answered since the start. */
    double generated() {
        return (double) single.sum() + inBatches.sum();
    }
}
