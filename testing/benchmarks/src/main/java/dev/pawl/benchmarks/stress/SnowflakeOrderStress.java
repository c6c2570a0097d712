package dev.pawl.benchmarks.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.pawl.idgen.layout.IdField;
import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.snowflake.SnowflakeGenerator;
import dev.pawl.idgen.snowflake.WorkerIds;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** As {@link SegmentOrderStress}, for {@link SnowflakeGenerator}: over the edges of milliseconds, ahead of the clock too. */
@JCStressTest
@Outcome(id = Order.KEPT, expect = ACCEPTABLE, desc = "the later id is larger")
@Outcome(id = Order.TOGETHER, expect = ACCEPTABLE, desc = "neither was first, and the ids differ")
@Outcome(expect = FORBIDDEN, desc = "an order that was seen is not the ids' order")
@State
public class SnowflakeOrderStress {

    /** A short sequence, so that many calls carry into the tick; wide enough that few wait at the bound. */
    private static final IdLayout LAYOUT = new IdLayout(
            Duration.ofMillis(1),
            IdLayout.DEFAULT_EPOCH,
            IdField.tick(41),
            IdField.worker("worker", 5),
            IdField.sequence(14));

    private static final SnowflakeGenerator GENERATOR =
            SnowflakeGenerator.builder(WorkerIds.fixed(1)).layout(LAYOUT).build();

    private final Order order = new Order();

    /** Takes an id and says so. */
    @Actor
    public void first() {
        order.announce(GENERATOR.nextId());
    }

    /** Looks whether the other has said so and takes an id. */
    @Actor
    public void second() {
        order.follow(GENERATOR::nextId);
    }

    /**
     * Compares the two.
     *
     * @param result what was seen
     */
    @Arbiter
    public void compare(L_Result result) {
        result.r1 = order.seen();
    }
}
