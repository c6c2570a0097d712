package dev.pawl.lock.redis;

import dev.pawl.lock.spi.LockResource;

/**
 * Remembers which locks others wanted too when they were last asked for, so that they are not asked for by their record alone, in
 * vain. A guess and of fixed size: locks may share a place, and a place that is wrong costs a round trip, nothing else.
 * Thread-safe: threads may see each other's guesses late.
 */
final class Crowded {

    private static final int PLACES = 1024;

    private final boolean[] places = new boolean[PLACES];

    boolean isLikely(LockResource resource) {
        return places[place(resource)];
    }

    void seen(LockResource resource, boolean others) {
        places[place(resource)] = others;
    }

    private static int place(LockResource resource) {
        int hash = resource.hashCode();
        return (hash ^ hash >>> 16) & PLACES - 1;
    }
}
