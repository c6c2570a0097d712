package dev.pawl.lock.redis;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The numbers that one client proposes: each is larger than every one that it has proposed or seen. The clock only makes it
 * likely that the first is large enough; nothing rests on it. Thread-safe.
 */
final class Proposals {

    private final LongSupplier micros;
    private final AtomicLong seen = new AtomicLong();

    /** Proposes from a clock in microseconds since 1970. */
    Proposals(LongSupplier micros) {
        this.micros = micros;
    }

    long next() {
        return seen.updateAndGet(greatest -> Math.max(micros.getAsLong(), greatest + 1));
    }

    void saw(long mark) {
        seen.accumulateAndGet(mark, Math::max);
    }
}
