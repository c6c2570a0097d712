package dev.pawl.chaos;

import dev.pawl.common.Ticker;
import dev.pawl.servers.CuttingProxy;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** What takes part in a round: producers and workers, each with a way of their own to the store, and what the jobs change. */
record JobScene(
        JobSetup setup,
        RedisUnderFault store,
        CuttingProxy toWorkers,
        JobEffects effects,
        JobHistory history,
        JobProcesses processes,
        StoreTime time)
        implements AutoCloseable {

    /** Starts the resource and the processes. */
    static JobScene of(JobSetup setup, RedisUnderFault store) throws IOException {
        JobEffects effects = new JobEffects();
        effects.pace(setup.pace().calm() / setup.producers());
        JobHistory history = new JobHistory();
        CuttingProxy workers = CuttingProxy.to("127.0.0.1", store.server().port());
        JobProcesses processes =
                new JobProcesses(setup, effects, history, store.address(), "127.0.0.1:" + workers.port());
        long nanos = Ticker.system().nanos(); // first: a pause in between must not make the store's clock seem slow
        StoreTime time = new StoreTime(ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now()), nanos);
        return new JobScene(setup, store, workers, effects, history, processes, time);
    }

    CuttingProxy toProducers() {
        return store.proxies().get(0);
    }

    List<CuttingProxy> proxies() {
        return List.of(toProducers(), toWorkers);
    }

    void awaitEffects(int more) {
        int before = effects.size();
        Await.until(more + " more effects", Await.PATIENCE, () -> {
            processes.requireRunning();
            return effects.size() >= before + more;
        });
    }

    @Override
    public void close() throws IOException {
        processes.close();
        toWorkers.close();
        effects.close();
    }
}
