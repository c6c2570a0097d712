package dev.pawl.idgen.server;

import dev.pawl.idgen.IdGenerator;
import dev.pawl.idgen.codec.IdCodec;
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
     * @param lease the worker id that it leases, or empty if it leases none
     */
    record Insight(BooleanSupplier ready, List<Measure> gauges, Duration maxWait, Optional<WorkerSpaces.Lease> lease) {}

    /**
     * A value that goes up and down.
     *
     * @param name the meter's name
     * @param unit its base unit, empty for a plain count
     * @param description what it says
     * @param value reads it
     */
    record Measure(String name, String unit, String description, DoubleSupplier value) {}

    /**
     * What is handed out, beside single numbers.
     *
     * @param encoding the codec of ids that are texts, or empty for numbers
     * @param ranges where ranges come from, or empty if there are none
     */
    record Offer(Optional<IdCodec> encoding, Optional<Ranges> ranges) {

        static final Offer PLAIN = new Offer(Optional.empty(), Optional.empty());
    }

    /**
     * Ranges of a tag.
     *
     * @param tag the tag in the store
     * @param step how many numbers a range has
     */
    record Ranges(String tag, long step) {}

    private final String name;
    private final Kind kind;
    private final IdGenerator generator;
    private final Optional<IdLayout> layout;
    private final Insight insight;
    private final GeneratorEvents events;
    private final Offer offer;

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
        this(name, kind, generator, layout, insight, events, Offer.PLAIN);
    }

    private ServedGenerator(
            String name,
            Kind kind,
            IdGenerator generator,
            Optional<IdLayout> layout,
            Insight insight,
            GeneratorEvents events,
            Offer offer) {
        this.name = name;
        this.kind = kind;
        this.generator = generator;
        this.layout = layout;
        this.insight = insight;
        this.events = events;
        this.offer = offer;
    }

    /** The same generator, with another offer. */
    ServedGenerator offering(Offer other) {
        return new ServedGenerator(name, kind, generator, layout, insight, events, other);
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

    /** The codec of its ids, where they are handed out as texts. */
    Optional<IdCodec> encoding() {
        return offer.encoding();
    }

    /** Where clients that count by themselves get ranges of the same numbers. */
    Optional<Ranges> ranges() {
        return offer.ranges();
    }

    /**
     * Lets a call pass that is for numbers only.
     *
     * @throws ProblemException if the ids are handed out as texts
     */
    void requireNumbers() {
        if (offer.encoding().isPresent()) {
            throw Problem.of(
                            ProblemType.NOT_ACCEPTABLE,
                            "ids of this generator are texts, not numbers: generator=" + name)
                    .thrown();
        }
    }

    /** The forms in which its ids can be asked for. */
    List<IdFormat> offered() {
        return encoding().isPresent() ? IdFormat.OFFERED_AS_TEXT : IdFormat.OFFERED;
    }

    /** How many ids were answered since the start. */
    long generated() {
        return single.sum() + inBatches.sum();
    }
}
