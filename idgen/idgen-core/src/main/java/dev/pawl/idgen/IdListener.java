package dev.pawl.idgen;

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
}
