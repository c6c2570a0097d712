package dev.pawl.idgen;

import org.slf4j.LoggerFactory;

/**
 * Is told what happens to a generator. Called on the thread on which it happened: a caller's that has to wait, the
 * store's, or the renewal's. It must be quick and must not call the generator. What it throws is logged and goes no
 * further.
 */
@FunctionalInterface
public interface IdListener {

    /** A listener that ignores everything. */
    IdListener NONE = event -> {};

    /**
     * Is told of one event.
     *
     * @param event what happened
     */
    void on(IdEvent event);

    /**
     * Wraps this listener so that what it throws is logged and goes no further. Generators do so themselves.
     *
     * @return a listener that never throws
     */
    default IdListener guarded() {
        return event -> {
            try {
                on(event);
            } catch (RuntimeException e) {
                LoggerFactory.getLogger(IdListener.class).warn("A listener failed: event={}", event, e);
            }
        };
    }
}
