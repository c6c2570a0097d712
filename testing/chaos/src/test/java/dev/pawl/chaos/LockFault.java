package dev.pawl.chaos;

/** What happens to locks and their store, in each case under load, and to a process that is in the middle of its section where one is aimed at. */
enum LockFault {
    /** The holder stands still until another has had the lock, and goes on with what it was about to write. */
    HOLDER_PAUSED,
    HOLDER_KILLED,
    WAITER_KILLED,
    /** The server, or so many that nothing is granted, is killed and started again with what it has on disk, at once or after a lease. */
    SERVER_KILLED,
    /** The server stands still for half a lease, or for longer than one. */
    SERVER_PAUSED,
    /** Each packet takes its time. */
    NETWORK_SLOW,
    /** What the server says does not arrive, and then the connections end. */
    REPLIES_DROPPED,
    /** The server has done it, and the connection ends before its reply. */
    ACQUIRE_CUT,
    RENEWAL_CUT,
    RELEASE_CUT,
    /** All data is deleted while somebody holds. */
    FLUSHED,
    /** The server's wall clock is an hour ahead from now on, and then right again. */
    CLOCK_FORWARD,
    /** The server's wall clock is an hour behind from now on, and then right again. */
    CLOCK_BACK,
    /** A replica that does not know of the last grants becomes the primary. */
    PROMOTED,
    /** The member that leads is killed, and started again when another one leads. */
    LEADER_KILLED,
    /** Another member leads from now on. */
    LEADER_MOVED,
    /** The server that the holder talks to is cut off from the others, and goes on answering. */
    FOLLOWER_CUT_OFF,
    /** The store ends the holder's session, or lease, before its time. */
    SESSION_ENDED,
    /** Most nodes of RedLock lose their data, one after the other, each admitted again before the next one does. */
    NODES_EMPTIED
}
