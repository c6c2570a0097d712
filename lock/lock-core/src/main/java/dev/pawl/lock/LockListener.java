package dev.pawl.lock;

import org.slf4j.LoggerFactory;

/**
 * Is told what happens to locks, for metrics and logs. Called on the thread on which it happened: a caller's, the client's,
 * or the timer's. It must be quick, must not block and must not call the lock service. What it throws is logged and goes no
 * further.
 */
@FunctionalInterface
public interface LockListener {

    /**
     * Is told of one event.
     *
     * @param event what happened
     */
    void on(LockEvent event);

    /**
     * Wraps this listener so that what it throws is logged and goes no further. The lock service does so itself.
     *
     * @return a listener that never throws
     */
    default LockListener guarded() {
        return event -> {
            try {
                on(event);
            } catch (RuntimeException e) {
                LoggerFactory.getLogger(LockListener.class).warn("A listener failed: event={}", event, e);
            }
        };
    }
}
