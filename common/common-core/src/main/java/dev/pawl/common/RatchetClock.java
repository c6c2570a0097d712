package dev.pawl.common;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Elapsed time that counts a suspended machine too: the monotonic clock stands still there, and the wall clock does not.
 * Each sample adds what the monotonic clock has gone since the sample before, or what the wall clock has gone where that is more
 * than 50 ms further. It never goes back and may run fast when the wall clock is set forward, which
 * only costs availability.
 *
 * <p>Samples must lie close together, since a step back of the wall clock would hide a pause in the same sample: comparing
 * the totals of both clocks instead would hide every pause after a step back. Take one each 50 ms. Where
 * neither clock moves, as in the restored snapshot of a virtual machine, no time has passed here;
 * and suspensions shorter than the tolerance are not seen.
 *
 * <p>Thread-safe; lock-free; never blocks.
 */
public final class RatchetClock implements Ticker {

    static final long TOLERANCE_NANOS = 50_000_000;

    private record Sample(long monotonicNanos, long wallMillis, long elapsedNanos) {}

    private final Ticker ticker;
    private final Clock wall;
    private final AtomicReference<Sample> last;

    /**
     * Makes a clock, whose time begins at zero.
     *
     * @param ticker the monotonic clock
     * @param wall the wall clock of the same machine
     */
    public RatchetClock(Ticker ticker, Clock wall) {
        this.ticker = ticker;
        this.wall = wall;
        this.last = new AtomicReference<>(new Sample(ticker.nanos(), wall.millis(), 0));
    }

    /** Returns the nanoseconds since the clock was made. Takes a sample. */
    @Override
    public long nanos() {
        while (true) {
            Sample before = last.get();
            long monotonic = ticker.nanos();
            long millis = wall.millis();
            long step = Math.max(0, monotonic - before.monotonicNanos);
            long wallStep = (millis - before.wallMillis) * 1_000_000;
            boolean jumped = wallStep > step + TOLERANCE_NANOS;
            if (jumped && ticker.nanos() - monotonic > TOLERANCE_NANOS) {
                // Paused between the two readings: both clocks would count the pause, one after the other.
                continue;
            }
            long elapsed = before.elapsedNanos + (jumped ? wallStep : step);
            // Between two samples of the pulse a reading needs no write.
            if (!jumped && step < TOLERANCE_NANOS / 2) {
                return elapsed;
            }
            if (last.compareAndSet(before, new Sample(monotonic, millis, elapsed))) {
                return elapsed;
            }
        }
    }
}
