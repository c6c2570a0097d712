package dev.pawl.idgen.segment;

import dev.pawl.idgen.IdSpaceExhaustedException;
import dev.pawl.idgen.LayoutMismatchException;
import dev.pawl.idgen.StoreWentBackException;
import dev.pawl.idgen.TagPausedException;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.Reservation.Exhausted;
import dev.pawl.idgen.spi.Reservation.OtherReset;
import dev.pawl.idgen.spi.Reservation.Paused;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.Reservation.UnknownTag;
import dev.pawl.idgen.spi.ResetPeriod;
import dev.pawl.idgen.spi.ResetPeriod.Period;
import org.jspecify.annotations.Nullable;

/** Looks at what a store answered: whether its range may be used, and what to tell callers if not. Not thread-safe. */
final class SegmentAnswers {

    private final String tag;

    /** The greatest id this instance was ever granted, and the revision then: a store below either has gone back. */
    private long greatestGranted;

    private long newestRevision;

    SegmentAnswers(String tag) {
        this.tag = tag;
    }

    long greatestGranted() {
        return greatestGranted;
    }

    /** Takes the range, unless it was given before. */
    @Nullable
    StoreWentBackException take(Range range) {
        if (range.first() <= greatestGranted || range.revision() <= newestRevision) {
            return new StoreWentBackException("a range must lie above those granted before: tag=" + tag + ", first="
                    + range.first() + ", granted=" + greatestGranted + ", revision=" + range.revision()
                    + ", grantedRevision=" + newestRevision);
        }
        greatestGranted = range.last();
        newestRevision = range.revision();
        return null;
    }

    IdSpaceExhaustedException exhausted(Exhausted answer, Period asked) {
        return new IdSpaceExhaustedException(
                asked.equals(Periods.EVER) || answer.maxId() < asked.last()
                        ? "a tag's ids must not pass its maxId: tag=" + tag + ", maxId=" + answer.maxId()
                        : "a period's ids must last until its end: tag=" + tag + ", last=" + asked.last() + ", end="
                                + asked.end());
    }

    /** Why the store gives nothing, where more ids may come by what an operator does. */
    RuntimeException denied(Reservation answer) {
        if (answer instanceof Paused) {
            return new TagPausedException("a tag must not be paused: tag=" + tag);
        }
        if (answer instanceof OtherReset other) {
            return new LayoutMismatchException("a tag must be used with the reset it was created with: tag=" + tag
                    + ", created=" + other.reset().map(ResetPeriod::text).orElse("none"));
        }
        return answer instanceof UnknownTag
                ? new IllegalStateException("the tag must have been created before: tag=" + tag)
                : new IllegalStateException(
                        "a tag's mark must lie in a period of its reset: tag=" + tag + ", answer=" + answer);
    }
}
