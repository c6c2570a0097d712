package dev.pawl.idgen.server;

import dev.pawl.common.CoordinationException;
import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.segment.SegmentGenerator;
import dev.pawl.idgen.snowflake.SnowflakeGenerator;
import java.time.Duration;

/** Whether a call for an id would get one, as far as another instance or a little time could do better. */
final class Readiness {

    /**
     * How much of a lease's window must be left while its store fails, so that a load balancer hears of it before calls
     * begin to fail.
     */
    static final Duration NEARLY_OVER = Duration.ofSeconds(2);

    private Readiness() {}

    /** An operator's doing - a tag that is used up or paused - takes no instance out: the others have it too. */
    static boolean of(SegmentGenerator generator, GeneratorEvents events) {
        return generator.stats().remaining() > 0 || events.isDenied();
    }

    /** Takes an id that nobody gets, since only taking one tells that clock and lease allow it. */
    static boolean of(SnowflakeGenerator generator, GeneratorEvents events, GeneratorConfig.Snowflake config) {
        IdLayout layout = config.layout();
        try {
            generator.tryNextId(Duration.ZERO);
        } catch (CoordinationException | IllegalStateException e) {
            return false;
        }
        // Without an id and without a failure, callers wait for a tick: one that comes soon, or is the clock far back?
        Duration wait = layout.tickLength().multipliedBy(generator.aheadTicks() - config.maxAhead());
        Duration least = events.storeFails() ? NEARLY_OVER : Duration.ZERO;
        return wait.compareTo(config.maxWait()) <= 0
                && generator.windowRemaining().compareTo(least) > 0;
    }
}
