package dev.pawl.chaos;

import dev.pawl.servers.CuttingProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** The store of a round, the way to it, and what can be done to it. For use by one thread. */
interface StoreUnderFault extends AutoCloseable {

    /** The ways to its servers: workers know no others. */
    List<CuttingProxy> proxies();

    /** What the next worker is told. */
    default String address() {
        return proxies().stream().map(proxy -> "127.0.0.1:" + proxy.port()).collect(Collectors.joining(","));
    }

    /** Within which time a dead holder's lock is another's. */
    Duration takeOver(Duration lease);

    /** What is in requests of an operation, perhaps in those of others too. */
    String requestPart(String operation, String namespace);

    /** Kills so many servers that nothing is granted any more. */
    void kill() throws IOException, InterruptedException;

    /** Starts what was killed, with what it has on disk. */
    void start() throws IOException, InterruptedException;

    /** Stops the servers where they are. */
    default void pause() throws IOException, InterruptedException {
        throw new UnsupportedOperationException("pause");
    }

    /** Lets paused servers go on. */
    default void resume() throws IOException, InterruptedException {
        throw new UnsupportedOperationException("resume");
    }

    /** Fires what is another thing on each store, and returns when it was seen and has ended. */
    void fire(LockFault fault, LockNemesis nemesis) throws IOException, InterruptedException;

    @Override
    void close() throws IOException, InterruptedException;
}
