package dev.pawl.lock;

import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.GrantListener;
import java.util.concurrent.ConcurrentHashMap;

/** The attempts that may be waiting in the store's queue, by id: passes the store's messages on to them. */
final class Contenders implements GrantListener {

    private final ConcurrentHashMap<String, Acquisition> byAttempt = new ConcurrentHashMap<>();

    void add(String attempt, Acquisition acquisition) {
        byAttempt.put(attempt, acquisition);
    }

    void remove(String attempt) {
        byAttempt.remove(attempt);
    }

    @Override
    public void granted(String attempt, long stamp, AcquireAnswer.Granted answer) {
        Acquisition acquisition = byAttempt.get(attempt);
        if (acquisition != null) {
            acquisition.grantedByMessage(stamp, answer);
        }
    }

    @Override
    public void wake(String attempt) {
        Acquisition acquisition = byAttempt.get(attempt);
        if (acquisition != null) {
            acquisition.askAgain();
        }
    }

    @Override
    public void missed() {
        byAttempt.values().forEach(Acquisition::askAgain);
    }

    /** For tests: how many there are. */
    int size() {
        return byAttempt.size();
    }

    /** Ends all, since the service was closed. */
    void close() {
        byAttempt.values().forEach(Acquisition::serviceClosed);
    }
}
