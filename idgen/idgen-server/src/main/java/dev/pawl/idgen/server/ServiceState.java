package dev.pawl.idgen.server;

/** Whether the service is being stopped. Set once, read by every event loop. */
final class ServiceState {

    private volatile boolean draining;

    boolean draining() {
        return draining;
    }

    void drain() {
        draining = true;
    }
}
