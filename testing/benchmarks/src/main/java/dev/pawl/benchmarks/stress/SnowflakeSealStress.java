package dev.pawl.benchmarks.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.snowflake.SnowflakeGenerator;
import dev.pawl.idgen.snowflake.WorkerIds;
import dev.pawl.idgen.store.InMemoryWorkerLeaseStore;
import java.time.Clock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * A close sets the counter to a value above every limit, and callers go on adding to it: none of them may come out with
 * an id, of a wild tick least of all, and the next owner of the worker id begins above all that were taken.
 */
@JCStressTest
@Outcome(id = Sealing.SOUND, expect = ACCEPTABLE, desc = "nothing after close, and no repetition")
@Outcome(expect = FORBIDDEN, desc = "the seal let something through")
@State
public class SnowflakeSealStress {

    /** Far more than maxAhead, and far less than what an overflow would give. */
    private static final long SANE_TICKS = 60_000;

    private final InMemoryWorkerLeaseStore store = new InMemoryWorkerLeaseStore();
    private final Sealing sealing = new Sealing(newGenerator());

    private SnowflakeGenerator newGenerator() {
        return SnowflakeGenerator.builder(WorkerIds.leased(store, "stress").withHint(7))
                .build();
    }

    /** Closes the generator. */
    @Actor
    public void close() {
        sealing.close();
    }

    /** Takes an id, and another one knowing whether the generator is closed. */
    @Actor
    public void take() {
        sealing.takeEarly();
        sealing.takeLate();
    }

    /**
     * Starts a successor.
     *
     * @param result what was seen
     */
    @Arbiter
    public void succeed(L_Result result) {
        long greatest = sealing.greatest();
        long tickNow = IdLayout.SNOWFLAKE.tickAt(Clock.systemUTC().millis());
        if (greatest != 0 && Math.abs(IdLayout.SNOWFLAKE.decode(greatest).tick() - tickNow) > SANE_TICKS) {
            result.r1 = "a wild tick: " + greatest;
            return;
        }
        try (SnowflakeGenerator successor = newGenerator()) {
            result.r1 = successor.workerId() == 7 ? sealing.seen(successor.nextId()) : "another worker id";
        }
    }
}
