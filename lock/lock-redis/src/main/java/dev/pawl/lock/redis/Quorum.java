package dev.pawl.lock.redis;

import java.util.Collection;
import java.util.OptionalLong;

/**
 * How many nodes decide. Any two quorums share a node, and a quorum is so small that as many nodes are needed to hinder one.
 *
 * @param nodes 3, 5 or 7
 */
record Quorum(int nodes) {

    Quorum {
        if (nodes != 3 && nodes != 5 && nodes != 7) {
            throw new IllegalArgumentException("nodes must be 3, 5 or 7: nodes=" + nodes);
        }
    }

    /** The least number of nodes that grant. */
    int votes() {
        return nodes / 2 + 1;
    }

    /**
     * The floor of a node that has lost what it knew: the largest proposal that any of the others has accepted. A grant that
     * counted the node has the votes of {@code votes() - 1} others, so as many of the others must be read that none of
     * those can be missed.
     *
     * @param marks the largest proposal accepted by each of the others that are admitted
     * @return the floor, or nothing if too few were read
     */
    OptionalLong floor(Collection<Long> marks) {
        return marks.size() < nodes - votes() + 1
                ? OptionalLong.empty()
                : marks.stream().mapToLong(Long::longValue).max();
    }
}
