package dev.pawl.idgen.server;

import dev.pawl.idgen.ClockSkewException;
import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.snowflake.SnowflakeGenerator;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

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

    /** The next id, or a failure that {@link Failures} knows; never blocks. */
    static CompletableFuture<Long> next(SnowflakeGenerator generator, long seen, Clock clock) {
        return generator.nextIdAfterAsync(seen).exceptionallyCompose(thrown -> {
            Throwable failure = thrown instanceof CompletionException ? thrown.getCause() : thrown;
            long ahead = ahead(generator.layout(), seen, clock);
            // The lease's own clock check throws the same; only an id that is ahead can be too far ahead.
            return CompletableFuture.failedFuture(
                    failure instanceof ClockSkewException && ahead >= generator.maxCausalAhead()
                            ? tooFarAhead(generator, seen, ahead).thrown()
                            : thrown);
        });
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
