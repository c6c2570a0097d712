package dev.pawl.lock;

import dev.pawl.fencing.FencingToken;

/** A handle in a user's hands. */
final class SimHold {

    final SimClient client;
    final LockHandle handle;
    final Wanted wanted;
    final long token;
    final long floor;

    /** Until when, in true time, the handle has said that it is held. */
    long claimedUntil;

    boolean seen;
    int timesLost;
    ReleaseResult result;

    SimHold(SimClient client, LockHandle handle, Wanted wanted) {
        this.client = client;
        this.handle = handle;
        this.wanted = wanted;
        this.token = client.simulation.defect.token(handle.token().value());
        this.floor = handle.token().floor();
    }

    boolean excludes(SimHold other) {
        return mode() == FencingToken.Kind.EXCLUSIVE || other.mode() == FencingToken.Kind.EXCLUSIVE;
    }

    FencingToken.Kind mode() {
        return wanted.mode();
    }

    @Override
    public String toString() {
        return client + " with " + mode() + " " + (token >> 10) + "+" + (token & 1023) + " of " + wanted.resource();
    }
}
