package dev.pawl.idgen.server;

import dev.pawl.idgen.ClockSkewException;
import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.snowflake.SnowflakeGenerator;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** Ids that are larger than one that the client has seen. */
final class CausalIds {

    private CausalIds() {}

    /** The generator behind, if its ids can be compared by time. */
    static SnowflakeGenerator require(ServedGenerator served) {
        if (served.generator() instanceof SnowflakeGenerator snowflake
                && snowflake.layout().isTimeOrdered()) {
            return snowflake;
        }
        throw Problem.of(ProblemType.NO_LAYOUT, "after needs ids with the time on top: generator=" + served.name())
                .thrown();
    }

    /**
     * The next id, or a failure that {@link Failures} knows; never blocks.
     *
     * @param maxWait a longer tick is not waited for
     */
    static CompletableFuture<Long> next(SnowflakeGenerator generator, long seen, Clock clock, Duration maxWait) {
        boolean mayWait = generator.layout().tickLength().compareTo(maxWait) <= 0;
        return generator
                .nextIdAfterAsync(seen)
                .exceptionallyCompose(thrown -> mayWait && isTooFarAhead(generator, seen, thrown, clock, 1)
                        ? aTickLater(generator, seen)
                        : CompletableFuture.failedFuture(thrown))
                .exceptionallyCompose(thrown -> CompletableFuture.failedFuture(
                        isTooFarAhead(generator, seen, thrown, clock, Long.MAX_VALUE)
                                ? tooFarAhead(generator, seen, ahead(generator.layout(), seen, clock))
                                        .thrown()
                                : thrown));
    }

    /**
     * In a dialogue that is faster than the ticks an id may be as far ahead as ids are given, which is a tick more than is
     * taken.
     */
    private static CompletableFuture<Long> aTickLater(SnowflakeGenerator generator, long seen) {
        long nanos = generator.layout().tickLength().toNanos();
        return CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS))
                .thenCompose(waited -> generator.nextIdAfterAsync(seen));
    }

    /** The lease's own clock check throws the same; only an id that is ahead can be too far ahead. */
    private static boolean isTooFarAhead(
            SnowflakeGenerator generator, long seen, Throwable thrown, Clock clock, long within) {
        Throwable failure = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        long excess = ahead(generator.layout(), seen, clock) - generator.maxCausalAhead();
        return failure instanceof ClockSkewException && excess >= 0 && excess <= within;
    }

    private static long ahead(IdLayout layout, long seen, Clock clock) {
        return layout.decode(seen).tick() - layout.tickAt(clock.millis());
    }

    private static Problem tooFarAhead(SnowflakeGenerator generator, long seen, long ahead) {
        return Problem.of(
                ProblemType.ID_TOO_FAR_AHEAD,
                "after must be at most " + generator.maxCausalAhead() + " ticks of "
                        + generator.layout().tickLength() + " ahead of the clock: after=" + seen + ", ahead=" + ahead);
    }
}
