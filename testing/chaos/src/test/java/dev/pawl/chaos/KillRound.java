package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.pawl.chaos.IdHistory.Recording;
import dev.pawl.chaos.KillPlan.End;
import dev.pawl.chaos.KillPlan.Life;
import dev.pawl.idgen.layout.IdLayout;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * Leads one service through the lives of a plan, with clients on all three generators, and asserts of each fault that it
 * was there: it met a service under load, broke requests, and shows in the ids where it moved the clock. What the ids are
 * worth, the histories' verdicts say.
 */
final class KillRound {

    /** What every life under load must have answered before its end comes. */
    private static final long LEAST_ORDERS = 50_000;

    private static final long LEAST_SNOWFLAKES = 50_000;
    private static final long LEAST_SONYFLAKES = 5_000;

    private static final Duration CLEARLY = Duration.ofMinutes(50);
    private static final String STANDARD = "pawl:\n  built-in: true\n";
    private static final String SMALL_STEPS =
            STANDARD + "  generators:\n    orders: {kind: segment, step: {floor: 1000, ceiling: 20000}}\n";

    private final IdService service;
    private final IdHistory orders = new IdHistory("orders", id -> "");
    private final IdHistory snowflake = new IdHistory("snowflake", id -> "" + IdLayout.SNOWFLAKE.decode(id));
    private final IdHistory sonyflake = new IdHistory("sonyflake", id -> "" + IdLayout.SONYFLAKE.decode(id));
    private int life;
    private int broken;
    private long refused;

    KillRound(IdService service) {
        this.service = service;
    }

    List<IdHistory> histories() {
        return List.of(orders, snowflake, sonyflake);
    }

    long ids() {
        return histories().stream().mapToLong(IdHistory::size).sum();
    }

    /** Leads the service through a plan. */
    void run(KillPlan plan) throws IOException {
        for (int i = 0; i < plan.lives().size(); i++) {
            live(plan.lives().get(i));
            if (i > 0) {
                requireVisible(plan.lives().get(i - 1), plan.lives().get(i));
            }
        }
    }

    /** One more life, which goes on until enough ids are there. */
    void runUntil(long ids, long timeBasedEach) throws IOException {
        life++;
        try (ServiceProcess process = service.withConfig(STANDARD).start(Duration.ZERO);
                IdLoad load = load(process)) {
            Await.until("enough ids", Duration.ofMinutes(5), () -> {
                load.requireNoError();
                return ids() >= ids && Math.min(snowflake.size(), sonyflake.size()) >= timeBasedEach;
            });
            refused += load.stop().refused();
            assertThat(process.terminate()).as("exit code after SIGTERM").isZero();
        }
    }

    private void live(Life plan) throws IOException {
        life++;
        try (ServiceProcess process =
                service.withConfig(plan.smallSteps() ? SMALL_STEPS : STANDARD).start(plan.clockShift())) {
            if (plan.end() == End.KILLED_AFTER_THE_FIRST_IDS) {
                try (IdConnection connection = firstIds(process)) {
                    process.process().kill();
                    assertThatIOException().isThrownBy(() -> connection.next("orders"));
                    broken++;
                }
            } else {
                firstIds(process).close();
                endUnderLoad(plan, process);
            }
        }
    }

    /** One id of each generator, in another order each time, so that the end follows upon the first ack of each. */
    private IdConnection firstIds(ServiceProcess process) throws IOException {
        List<IdHistory> order = new ArrayList<>(histories());
        Collections.rotate(order, life);
        IdConnection connection = process.connect();
        for (IdHistory history : order) {
            Recording recording = history.connection(life);
            recording.add(connection.next(history.generator()));
        }
        return connection;
    }

    private void endUnderLoad(Life plan, ServiceProcess process) throws IOException {
        try (IdLoad load = load(process)) {
            Await.until("the least load of life " + life, Await.PATIENCE, () -> {
                load.requireNoError();
                return orders.size(life) >= LEAST_ORDERS
                        && snowflake.size(life) >= LEAST_SNOWFLAKES
                        && sonyflake.size(life) >= LEAST_SONYFLAKES;
            });
            Await.pass(plan.delay());
            load.requireNoError();
            if (plan.end() == End.STOPPED_WHEN_IDLE) {
                refused += load.stop().refused();
                assertThat(process.terminate()).as("exit code after SIGTERM").isZero();
                return;
            }
            load.faultComes();
            if (plan.end() == End.KILLED_UNDER_LOAD) {
                process.process().kill();
            } else {
                assertThat(process.terminate())
                        .as("exit code after SIGTERM under load")
                        .isZero();
            }
            IdLoad.Outcome outcome = load.awaitBroken();
            assertThat(outcome.broken()).as("requests broken in life %s", life).isPositive();
            broken += outcome.broken();
            refused += outcome.refused();
        }
    }

    private IdLoad load(ServiceProcess process) throws IOException {
        return new IdLoad(process, life)
                .client(orders, 1000, Duration.ofMillis(1))
                .client(orders, 1000, Duration.ofMillis(1))
                .client(orders, 1, Duration.ZERO)
                .client(snowflake, 1000, Duration.ofMillis(1))
                .client(snowflake, 1, Duration.ofMillis(1))
                .client(sonyflake, 1000, Duration.ZERO)
                .client(sonyflake, 1, Duration.ofMillis(1));
    }

    /** What the end of the life before, and a clock that was moved in between, must have done to the ids. */
    private void requireVisible(Life before, Life now) {
        if (before.end() == End.STOPPED_WHEN_IDLE) {
            assertThat(orders.first(life))
                    .as("first id of orders in life %s, after a clean stop", life)
                    .hasValue(orders.last(life - 1).orElseThrow() + 1);
        }
        Duration moved = now.clockShift().minus(before.clockShift());
        if (moved.isNegative()) {
            assertThat(Stream.of(snowflake, sonyflake))
                    .allSatisfy(h -> assertThat(last(h, life))
                            .isBefore(first(h, life - 1).minus(CLEARLY)));
        } else if (!moved.isZero()) {
            assertThat(Stream.of(snowflake, sonyflake))
                    .allSatisfy(h ->
                            assertThat(first(h, life)).isAfter(last(h, life - 1).plus(CLEARLY)));
        }
    }

    private Instant first(IdHistory history, int ofLife) {
        return instant(history, history.first(ofLife).orElseThrow());
    }

    private Instant last(IdHistory history, int ofLife) {
        return instant(history, history.last(ofLife).orElseThrow());
    }

    private Instant instant(IdHistory history, long id) {
        return (history == snowflake ? IdLayout.SNOWFLAKE : IdLayout.SONYFLAKE)
                .decode(id)
                .instant();
    }

    /** What happened, for the build's log. */
    String summary(KillPlan plan) {
        return String.format(
                "%d kills, %d clocks moved, %d ids (orders %d, snowflake %d, sonyflake %d), %d requests broken, %d refused",
                plan.kills(),
                plan.lives().stream().filter(l -> !l.clockShift().isZero()).count(),
                ids(),
                orders.size(),
                snowflake.size(),
                sonyflake.size(),
                broken,
                refused);
    }
}
