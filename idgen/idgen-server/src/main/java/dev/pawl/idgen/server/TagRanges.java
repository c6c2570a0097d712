package dev.pawl.idgen.server;

import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.Reservation.Exhausted;
import dev.pawl.idgen.spi.Reservation.OtherReset;
import dev.pawl.idgen.spi.Reservation.Paused;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.Reservation.UnknownTag;
import dev.pawl.idgen.spi.SegmentDemand;
import dev.pawl.idgen.spi.SegmentStore;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reserves ranges of any tag, for clients that count by themselves. Thread-safe. */
final class TagRanges {

    private final SegmentStore store;
    private final Clock clock;

    TagRanges(SegmentStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Reserves a range; where there is none, the failure is a {@link ProblemException}. */
    CompletionStage<Range> reserve(String tag, long step) {
        return ask(tag, step).thenApply(answer -> range(tag, answer));
    }

    /** How a tag is reset only the store knows; it is asked as if it were not, which holds for most. */
    private CompletionStage<Reservation> ask(String tag, long step) {
        return store.reserve(SegmentDemand.of(tag, step)).thenCompose(answer -> {
            if (answer instanceof OtherReset other && other.reset().isPresent()) {
                return store.reserve(SegmentDemand.within(
                        tag, step, other.reset().get(), other.reset().get().at(clock.instant())));
            }
            return CompletableFuture.completedFuture(answer);
        });
    }

    private static Range range(String tag, Reservation answer) {
        if (answer instanceof Range range) {
            return range;
        } else if (answer instanceof UnknownTag) {
            throw TagRoutes.unknown(tag);
        } else if (answer instanceof Paused) {
            throw Problem.of(ProblemType.TAG_PAUSED, "an operator has paused the tag: tag=" + tag)
                    .thrown();
        } else if (answer instanceof Exhausted exhausted) {
            throw Problem.exhausted(tag, exhausted.maxId()).thrown();
        }
        throw Problem.retry(ProblemType.CLOCK_MOVED_BACK, "a later period has begun: tag=" + tag, 5)
                .thrown();
    }
}
