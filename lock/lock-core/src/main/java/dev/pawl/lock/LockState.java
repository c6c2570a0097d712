package dev.pawl.lock;

/** Where a handle stands. {@link #LOST} and {@link #RELEASED} are final. */
public enum LockState {
    /** The lease runs. */
    HELD,
    /**
     * The lease runs, but this process was paused for longer than a quarter of it: a renewal is on its way, and its
     * answer makes it {@link #HELD} or {@link #LOST}. What was read before the pause is worth reading again.
     */
    SUSPECT,
    /** The lease has ended, or the store has given the lock to others or to nobody. */
    LOST,
    /** The holder has released it. */
    RELEASED
}
