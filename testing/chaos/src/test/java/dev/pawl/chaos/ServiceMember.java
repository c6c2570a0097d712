package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.chaos.IdConnection.Refusal;
import dev.pawl.chaos.IdConnection.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One installation of the service among several on one database, with its present life and the clients of that. */
final class ServiceMember implements AutoCloseable {

    /** What a life must have answered before a fault may come. */
    private static final long LEAST = 10_000;

    /**
     * How fast each client of batches goes at most.
     *
     * @param batch ids per request
     * @param idsPerSecond so few that all ids of a round can be kept
     */
    record Pace(int batch, int idsPerSecond) {

        Duration pause() {
            return Duration.ofSeconds(batch).dividedBy(idsPerSecond);
        }
    }

    private final IdService service;
    private final Histories histories;
    private final Pace pace;
    private @Nullable ServiceProcess process;
    private @Nullable IdLoad load;
    private int life;
    private boolean behind;
    private int broken;
    private long refused;

    ServiceMember(IdService service, Histories histories, Pace pace) {
        this.service = service;
        this.histories = histories;
        this.pace = pace;
    }

    IdService service() {
        return service;
    }

    /** A life whose clock stays as it is. */
    void start(int number, Duration clockShift) throws IOException {
        began(number, service.start(clockShift));
        behind = clockShift.isNegative();
    }

    /** Begins a life that was started otherwise. */
    void began(int number, ServiceProcess started) throws IOException {
        life = number;
        process = started;
        behind = false;
        load = new IdLoad(started, life)
                .client(histories.orders, pace.batch, pace.pause())
                .client(histories.orders, pace.batch, pace.pause())
                .client(histories.orders, 1, Duration.ofMillis(1))
                .client(histories.snowflake, pace.batch, pace.pause())
                .client(histories.snowflake, 1, Duration.ofMillis(1))
                .client(histories.sonyflake, 1000, Duration.ZERO)
                .client(histories.sonyflake, 1, Duration.ofMillis(1));
    }

    int life() {
        return life;
    }

    /** Whether its clock is set back. */
    boolean isBehind() {
        return behind;
    }

    ServiceProcess process() {
        if (process == null) {
            throw new IllegalStateException("must have been started: " + this);
        }
        return process;
    }

    IdLoad load() {
        if (load == null) {
            throw new IllegalStateException("must have been started: " + this);
        }
        return load;
    }

    /** Waits until the life is ready and has answered its share of every generator's ids. */
    void awaitLoad() {
        Await.until("the least load of " + this, Await.PATIENCE, () -> {
            load().requireNoError();
            return histories.all().stream().allMatch(history -> history.size(life) >= LEAST);
        });
        Await.until(this + " is ready", Await.PATIENCE, () -> process().isReady());
        load().requireNoError();
    }

    /** Sends SIGKILL under load. */
    void kill() {
        requireTypedRefusals();
        load().faultComes();
        process().process().kill();
        IdLoad.Outcome outcome = load().awaitBroken();
        assertThat(outcome.broken())
                .as("requests broken at the end of %s", this)
                .isPositive();
        broken += outcome.broken();
        refused += outcome.refused();
    }

    /** Stops the clients and then the service. */
    void stop() {
        requireTypedRefusals();
        refused += load().stop().refused();
        assertThat(process().terminate())
                .as("exit code of %s after SIGTERM", this)
                .isZero();
    }

    private void requireTypedRefusals() {
        assertThat(histories.all().stream().flatMap(history -> load().refusals(history.generator()).keySet().stream()))
                .as("refusals by %s", this)
                .allMatch(refusal -> refusal.status() == 503 && !refusal.type().isEmpty() && refusal.retryAfter());
    }

    /** Takes an id, which goes into the history, or tells how it was refused. */
    Optional<Refusal> ask(IdHistory history) throws IOException {
        try (IdConnection connection = process().connect()) {
            history.connection(life).add(connection.next(history.generator()));
            return Optional.empty();
        } catch (RefusedException e) {
            return Optional.of(e.refusal());
        }
    }

    /** How often the clients of this life were refused like this. */
    long refusals(IdHistory history, Refusal kind) {
        return load().refusals(history.generator()).getOrDefault(kind, 0L);
    }

    int broken() {
        return broken;
    }

    long refused() {
        return refused;
    }

    @Override
    public void close() {
        if (process != null) {
            load().close();
            process.close();
        }
    }

    @Override
    public String toString() {
        return "service " + service.folder().getFileName() + " in life " + life;
    }
}
