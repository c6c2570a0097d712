package dev.pawl.idgen.snowflake;

import dev.pawl.common.CoordinationException;
import dev.pawl.idgen.IdRun;
import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/** Those who want ids of one process: each on a thread of its own, so that one may overtake another. */
final class SimCallers {

    private final Simulation simulation;
    private final SimProcess process;
    private final SplittableRandom random;
    private final int most;
    private int present;
    private long greatestTime;
    private long greatestId = -1;
    private long lastIssue = -1;

    SimCallers(Simulation simulation, SimProcess process) {
        this.simulation = simulation;
        this.process = process;
        this.random = simulation.random;
        this.most = simulation.setup.maxAhead() << process.layout().sequenceBits();
    }

    /** From now on a caller comes every now and then. */
    void start(SnowflakeGenerator ids) {
        process.after(random.nextInt(simulation.isChaotic() ? simulation.setup.restMillis() : 1_000), () -> {
            start(ids);
            call(ids);
        });
    }

    private void call(SnowflakeGenerator ids) {
        long floor = greatestId;
        boolean wasClosed = process.isClosed();
        if (present++ == 0) {
            greatestTime = Long.MIN_VALUE;
        }
        try {
            long[] made = make(ids);
            if (made.length > 0) {
                process.resume();
                simulation.issued(process, made, floor, wasClosed);
                greatestId = Math.max(greatestId, made[made.length - 1]);
                lastIssue = simulation.scheduler.now();
            }
        } catch (CoordinationException e) {
            process.sawFailure(e);
        } catch (IllegalStateException e) {
            if (!process.isClosing()) {
                throw e;
            }
            simulation.saw(SimSeen.REFUSED_BY_SEAL);
        } finally {
            present--;
        }
    }

    /** Asks in one of the ways there are, none of which waits. */
    private long[] make(SnowflakeGenerator ids) {
        return switch (random.nextInt(8)) {
            case 0, 1 -> burst(ids);
            case 2 -> {
                long[] made = new long[1 + random.nextInt(6)];
                ids.nextIds(made);
                yield made;
            }
            case 3 -> {
                IdRun run = ids.reserve(1 + random.nextInt(Math.min(most, 6)));
                long[] made = new long[run.size()];
                run.fill(made);
                yield made;
            }
            case 4 -> new long[] {after(ids, simulation.someId(process.layout()))};
            default -> ids.tryNextId(Duration.ZERO).stream().toArray();
        };
    }

    private long after(SnowflakeGenerator ids, long seen) {
        long id = ids.nextIdAfter(seen);
        simulation.saw(SimSeen.ISSUED_AFTER_SEEN);
        if (id <= seen) {
            simulation.fail(SimCheck.AFTER_SEEN, process + " issues " + id + " after " + seen, null);
        }
        return id;
    }

    /** Single ids up to the bound; if one is refused, those before it were issued all the same. */
    private long[] burst(SnowflakeGenerator ids) {
        long[] made = new long[most];
        int count = 0;
        try {
            while (count < most) {
                OptionalLong id = ids.tryNextId(Duration.ZERO);
                if (id.isEmpty()) {
                    break;
                }
                made[count++] = id.getAsLong();
            }
        } catch (CoordinationException | IllegalStateException e) {
            if (count == 0) {
                throw e;
            }
        }
        return Arrays.copyOf(made, count);
    }

    void wereToldTime(long millis) {
        greatestTime = Math.max(greatestTime, millis);
    }

    /** The greatest tick that the clock has shown to the present callers. */
    long greatestTick() {
        return process.layout().tickAt(greatestTime);
    }

    /** When the last id was issued, in virtual milliseconds; -1 if none was. */
    long lastIssue() {
        return lastIssue;
    }
}
