package dev.pawl.benchmarks.delay;

import io.lettuce.core.RedisURI;

/** The ways of delaying jobs that are measured. */
enum Peers {
    RAW("raw commands (Lettuce)", port -> new RawPeer(RedisURI.create("127.0.0.1", port))),
    PAWL("Pawl (Lettuce)", port -> new PawlPeer(RedisURI.create("127.0.0.1", port))),
    REDISSON("Redisson RDelayedQueue", port -> new RedissonPeer("redis://127.0.0.1:" + port));

    final String label;
    private final Opening opening;

    Peers(String label, Opening opening) {
        this.label = label;
        this.opening = opening;
    }

    private interface Opening {
        Peer open(int port) throws Exception;
    }

    /** Connects to the Redis at a port of this machine. */
    Peer open(int port) throws Exception {
        return opening.open(port);
    }
}
