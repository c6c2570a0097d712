package dev.pawl.lock.zookeeper;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.RatchetClock;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.wheel.TimerThread;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import org.apache.zookeeper.Watcher;

/**
 * What the parts of one lock session share.
 *
 * @param sequenceLimit from which sequence on a parent is made anew
 * @param forgotten is run when nothing is left of a place
 */
record Surroundings(
        ZooKeeperConnector connector,
        ZooKeeperLockOptions options,
        LockPaths paths,
        long sequenceLimit,
        TimerThread timers,
        RatchetClock clock,
        GrantListener listener,
        Runnable forgotten) {

    /** A task that may be cancelled. */
    interface Timer {
        boolean cancel();
    }

    long now() {
        return clock.nanos();
    }

    Timer schedule(long delayNanos, Runnable task) {
        try {
            return timers.schedule(delayNanos, task)::cancel;
        } catch (RejectedExecutionException e) {
            // The session was closed, and nothing was left to look after.
            return () -> false;
        }
    }

    Wire connect(Watcher watcher) {
        return connect(connector, options, watcher);
    }

    static Wire connect(ZooKeeperConnector connector, ZooKeeperLockOptions options, Watcher watcher) {
        try {
            int millis = Math.toIntExact(options.sessionTimeout().toMillis());
            return new Wire(connector.connect(millis, watcher), options.acl());
        } catch (IOException e) {
            throw new BackendException("ZooKeeper's handle cannot be made: " + e.getMessage(), Outcome.NOT_APPLIED, e);
        }
    }
}
