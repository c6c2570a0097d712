package dev.pawl.lock.zookeeper;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Until when a session is known to live. An answer proves nothing: a follower that is cut off from its leader answers from what
 * it knows, while the leader ends the session. A committed write proves that the leader had the session when it came; and that a
 * leader hears from a follower which sessions have spoken there, by pings that come at least each tick, in order with the
 * writes. So once a write is answered, the leader has heard of every write that was sent a tick before it, and counts
 * the timeout from there or later.
 *
 * <p>Example with a timeout of 30 s and ticks of 2 s: writes sent at 0, 5 and 6 are answered. The newest that was sent a tick
 * before the newest answered one is that of 0, so the session lives until 29.7; when one of 7 is answered, until 34.7.
 *
 * <p>Not thread-safe.
 */
final class Proof {

    private final long trustedNanos;
    private final long tickNanos;
    /** When writes were sent that are answered and may count one day, the oldest first. */
    private final Deque<Long> beats = new ArrayDeque<>();

    private long newest;
    private long until;

    /** A session begins to live when it is asked for. */
    Proof(long timeoutNanos, long tickNanos, long connectedAt) {
        this.trustedNanos = timeoutNanos - timeoutNanos / ZooKeeperLockOptions.DRIFT;
        this.tickNanos = tickNanos;
        this.newest = connectedAt;
        this.until = connectedAt + trustedNanos;
    }

    /** A write of any kind was answered. */
    void written(long sentAt) {
        newest = Math.max(newest, sentAt);
        while (!beats.isEmpty() && beats.peekFirst() <= newest - tickNanos) {
            until = Math.max(until, beats.removeFirst() + trustedNanos);
        }
    }

    /** A write was answered that later ones are measured against. They come one after the other. */
    void beat(long sentAt) {
        beats.addLast(sentAt);
        written(sentAt);
    }

    /** Until when the session lives, whatever happens from now on. */
    long until() {
        return until;
    }
}
