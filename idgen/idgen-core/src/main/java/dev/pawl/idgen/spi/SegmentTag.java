package dev.pawl.idgen.spi;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A named sequence of numbers and its bounds. Immutable.
 *
 * @param name 1 to 128 characters of {@code A-Z a-z 0-9 . _ : -}
 * @param firstId the first number to hand out, at least 1
 * @param maxId the greatest number to hand out, at least {@code firstId}
 * @param reset whether and how its numbers begin again with each day, month or year
 */
public record SegmentTag(String name, long firstId, long maxId, Optional<ResetPeriod> reset) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    /** Checks name and bounds. */
    public SegmentTag {
        requireName(name);
        Objects.requireNonNull(reset, "reset");
        if (firstId < 1) {
            throw new IllegalArgumentException("firstId must be >= 1: firstId=" + firstId);
        }
        if (maxId < firstId || maxId == Long.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "maxId must be in [firstId, 2^63 - 2]: maxId=" + maxId + ", firstId=" + firstId);
        }
    }

    /**
     * Makes a tag that is never reset.
     *
     * @param name the tag's name
     * @param firstId the first number to hand out, at least 1
     * @param maxId the greatest number to hand out, at least {@code firstId}
     */
    public SegmentTag(String name, long firstId, long maxId) {
        this(name, firstId, maxId, Optional.empty());
    }

    /**
     * Makes a tag that begins again with each period.
     *
     * @param name the tag's name
     * @param reset when it begins again
     * @return the tag
     */
    public static SegmentTag of(String name, ResetPeriod reset) {
        return new SegmentTag(name, 1, Long.MAX_VALUE - 1, Optional.of(reset));
    }

    /**
     * Makes a tag that counts from 1 to 2<sup>63</sup> - 2.
     *
     * @param name the tag's name
     * @return the tag
     */
    public static SegmentTag of(String name) {
        return new SegmentTag(name, 1, Long.MAX_VALUE - 1);
    }

    /**
     * Checks a tag's name.
     *
     * @param name the name
     * @return the same name
     * @throws IllegalArgumentException if it is not a legal name
     */
    public static String requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "tag must be 1 to 128 characters of A-Z a-z 0-9 . _ : -: tag=" + Printable.of(name));
        }
        return name;
    }
}
