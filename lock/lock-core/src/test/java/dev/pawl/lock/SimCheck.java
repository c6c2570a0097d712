package dev.pawl.lock;

/** What must hold in every run. */
enum SimCheck {
    /** While a handle says that it is held, no other that excludes it says so. */
    DISJOINT,
    /** Each grant's token is larger than those of the grants before that it excludes, and no two are equal. */
    TOKENS_RISE,
    /** A handle is told of its loss once at most, and never after its release. */
    LOST_ONCE,
    /** The store grants nothing to an attempt that was released. */
    NO_PHANTOM,
    /** No renewal is sent after the release. */
    RENEWAL_STOPS,
    /** A guarded write is made by the newest that entered. */
    NO_LOST_UPDATE,
    /** The close of a service ends whoever waits at once. */
    CLOSE_ENDS_ALL,
    /** When the faults have ended, everyone gets every lock. */
    ALIVE,
    /** In the end neither the store nor a process keeps anything. */
    NOTHING_LEFT
}
