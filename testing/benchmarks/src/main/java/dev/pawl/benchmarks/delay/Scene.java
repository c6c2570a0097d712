package dev.pawl.benchmarks.delay;

import java.util.List;

/** What is measured, with those who can do it. */
enum Scene {
    ENQUEUE_ONE("Enqueue: one thread", "Call", List.of(Peers.RAW, Peers.PAWL, Peers.REDISSON)),
    ENQUEUE_EIGHT("Enqueue: eight threads", "Call", List.of(Peers.RAW, Peers.PAWL, Peers.REDISSON)),
    ENQUEUE_BATCHES("Enqueue: batches of 100, one thread", "Call", List.of(Peers.RAW, Peers.PAWL)),
    BURST(
            "50,000 jobs due at once: claimed, handled, acknowledged",
            "Late",
            List.of(Peers.RAW, Peers.PAWL, Peers.REDISSON)),
    FIRE_ONE("500 jobs a second, due a second ahead, one consumer", "Late", List.of(Peers.PAWL, Peers.REDISSON)),
    FIRE_EIGHT("500 jobs a second, due a second ahead, eight consumers", "Late", List.of(Peers.PAWL));

    final String heading;

    /** What the times are of. */
    final String timed;

    final List<Peers> peers;

    Scene(String heading, String timed, List<Peers> peers) {
        this.heading = heading;
        this.timed = timed;
        this.peers = peers;
    }

    /** Whether jobs are due while others wait. */
    boolean fires() {
        return this == FIRE_ONE || this == FIRE_EIGHT;
    }

    Done run(Work work, long millis) throws Exception {
        return switch (this) {
            case ENQUEUE_ONE -> work.enqueue(1, 1, millis);
            case ENQUEUE_EIGHT -> work.enqueue(8, 1, millis);
            case ENQUEUE_BATCHES -> work.enqueue(1, 100, millis);
            case BURST -> work.burst();
            case FIRE_ONE -> work.fire(1, millis);
            case FIRE_EIGHT -> work.fire(8, millis);
        };
    }
}
