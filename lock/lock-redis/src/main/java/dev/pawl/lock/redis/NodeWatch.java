package dev.pawl.lock.redis;

import java.util.Optional;

/**
 * The watch over a node that lost what it knew, before it is admitted again: for as long as a lock may be held that counted on it.
 * What the node forgot, it forgot before it was marked; and whoever removes the mark, by a restart or FLUSHALL, begins a new watch.
 * Decides and does nothing else. For use by one thread at a time.
 */
final class NodeWatch {

    private final long watchNanos;
    private Optional<String> mark = Optional.empty();
    private long since;

    NodeWatch(long longestNanos) {
        // The clocks of holders may be slower than this one by as much as their margin allows.
        this.watchNanos = longestNanos + longestNanos / 50;
    }

    /** What is left of the watch, given the mark that the node has just shown; zero if it may be admitted. */
    long leftNanos(String shown, long now) {
        if (!mark.equals(Optional.of(shown))) {
            mark = Optional.of(shown);
            since = now;
        }
        return Math.max(0, since + watchNanos - now);
    }

    void end() {
        mark = Optional.empty();
    }
}
