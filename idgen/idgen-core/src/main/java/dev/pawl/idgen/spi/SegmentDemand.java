package dev.pawl.idgen.spi;

import java.util.Objects;
import java.util.Optional;

/**
 * What a generator asks a store for: the next numbers of a tag, within bounds. Immutable.
 *
 * @param tag the tag's name
 * @param step how many numbers, at least 1
 * @param reset how the caller believes that the tag is reset, which must be what the tag was created with
 * @param least no number below this one, at least 1; the numbers between the tag's mark and it are skipped
 * @param greatest no number above this one, at least {@code least}
 */
public record SegmentDemand(String tag, long step, Optional<ResetPeriod> reset, long least, long greatest) {

    /** Checks name, step and bounds. */
    public SegmentDemand {
        SegmentTag.requireName(tag);
        Objects.requireNonNull(reset, "reset");
        if (step < 1) {
            throw new IllegalArgumentException("step must be >= 1: step=" + step);
        }
        if (least < 1 || greatest < least) {
            throw new IllegalArgumentException(
                    "1 <= least <= greatest must hold: least=" + least + ", greatest=" + greatest);
        }
    }

    /**
     * Asks for the next numbers of a tag that is not reset.
     *
     * @param tag the tag's name
     * @param step how many numbers, at least 1
     * @return the demand
     */
    public static SegmentDemand of(String tag, long step) {
        return new SegmentDemand(tag, step, Optional.empty(), 1, Long.MAX_VALUE);
    }

    /**
     * Asks for numbers of one period of a tag that is reset.
     *
     * @param tag the tag's name
     * @param step how many numbers, at least 1
     * @param reset how the tag is reset
     * @param period the period
     * @return the demand
     */
    public static SegmentDemand within(String tag, long step, ResetPeriod reset, ResetPeriod.Period period) {
        return new SegmentDemand(tag, step, Optional.of(reset), period.first(), period.last());
    }
}
