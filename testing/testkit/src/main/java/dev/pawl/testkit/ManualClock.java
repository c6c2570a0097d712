package dev.pawl.testkit;

import dev.pawl.common.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A wall clock and a monotonic ticker that stand still until a test moves them. {@link #advance} moves both, as time
 * does; {@link #setInstant} moves the wall clock alone, as an administrator or NTP does. Thread-safe; never blocks.
 */
public final class ManualClock extends Clock implements Ticker {

    private final AtomicReference<Instant> instant;
    private final AtomicLong nanos;
    private final ZoneId zone;

    private ManualClock(AtomicReference<Instant> instant, AtomicLong nanos, ZoneId zone) {
        this.instant = instant;
        this.nanos = nanos;
        this.zone = zone;
    }

    /**
     * Makes a clock in UTC whose ticker stands shortly before the overflow of a {@code long}, which a comparison of two
     * readings by anything but subtraction does not survive.
     *
     * @param start the first reading of the wall clock
     * @return a new clock
     */
    public static ManualClock startingAt(Instant start) {
        Objects.requireNonNull(start, "start");
        long justBeforeOverflow = Long.MAX_VALUE - Duration.ofSeconds(1).toNanos();
        return new ManualClock(new AtomicReference<>(start), new AtomicLong(justBeforeOverflow), ZoneOffset.UTC);
    }

    /**
     * Lets time pass: moves the wall clock and the ticker.
     *
     * @param duration zero or more
     * @throws IllegalArgumentException if the duration is negative: the ticker is monotonic
     */
    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("duration must be >= 0: duration=" + duration);
        }
        instant.updateAndGet(now -> now.plus(duration));
        nanos.addAndGet(duration.toNanos());
    }

    /**
     * Sets the wall clock, forward or back. The ticker does not notice.
     *
     * @param now the new reading of the wall clock
     */
    public void setInstant(Instant now) {
        instant.set(Objects.requireNonNull(now, "now"));
    }

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public Instant instant() {
        return instant.get();
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    /** {@inheritDoc} The copy is moved together with this clock. */
    @Override
    public ManualClock withZone(ZoneId other) {
        return new ManualClock(instant, nanos, Objects.requireNonNull(other, "other"));
    }
}
