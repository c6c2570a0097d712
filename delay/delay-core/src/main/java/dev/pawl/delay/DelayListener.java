package dev.pawl.delay;

import org.slf4j.LoggerFactory;

/**
 * Is told what happens to jobs, for metrics and logs. Called on the thread on which it happened: a caller's, a handler's, the client's,
 * or the timer's. It must be quick, must not block and must not call the queue. What it throws is logged and goes no further.
 */
@FunctionalInterface
public interface DelayListener {

    /**
     * Is told of one event.
     *
     * @param event what happened
     */
    void on(DelayEvent event);

    /**
     * Wraps this listener so that what it throws is logged and goes no further. The queues do so themselves.
     *
     * @return a listener that never throws
     */
    default DelayListener guarded() {
        return event -> {
            try {
                on(event);
            } catch (RuntimeException e) {
                LoggerFactory.getLogger(DelayListener.class).warn("A listener failed: event={}", event, e);
            }
        };
    }
}
