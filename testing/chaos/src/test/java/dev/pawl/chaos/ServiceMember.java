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

    /** What a client of batches takes at most, so that a long round can keep all ids until the end. */
    private static final int IDS_PER_SECOND = 50_000;

    private final IdService service;
    private final Histories histories;
    private final int batch;
    private @Nullable ServiceProcess process;
    private @Nullable IdLoad load;
    private int life;
    private int broken;
    private long refused;

    ServiceMember(IdService service, Histories histories, int batch) {
        this.service = service;
        this.histories = histories;
        this.batch = batch;
    }

    IdService service() {
        return service;
    }

    /** A life whose clock stays as it is. */
    void start(int number, Duration clockShift) throws IOException {
        began(number, service.start(clockShift));
    }

    /** Begins a life that was started otherwise. */
    void began(int number, ServiceProcess started) throws IOException {
        life = number;
        process = started;
        Duration pause = Duration.ofSeconds(batch).dividedBy(IDS_PER_SECOND);
        load = new IdLoad(started, life)
                .client(histories.orders, batch, pause)
                .client(histories.orders, batch, pause)
                .client(histories.orders, 1, Duration.ofMillis(1))
                .client(histories.snowflake, batch, pause)
                .client(histories.snowflake, 1, Duration.ofMillis(1))
                .client(histories.sonyflake, 1000, Duration.ZERO)
                .client(histories.sonyflake, 1, Duration.ofMillis(1));
    }

    int life() {
        return life;
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
        load().faultComes();
        process().process().kill();
        IdLoad.Outcome outcome = load().awaitBroken();
        assertThat(outcome.broken()).as("requests broken at the end of %s", this).isPositive();
        broken += outcome.broken();
        refused += outcome.refused();
    }

    /** Stops the clients and then the service. */
    void stop() {
        refused += load().stop().refused();
        assertThat(process().terminate()).as("exit code of %s after SIGTERM", this).isZero();
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
