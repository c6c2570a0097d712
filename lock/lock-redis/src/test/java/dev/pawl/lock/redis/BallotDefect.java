package dev.pawl.lock.redis;

/** Rules of RedLock left out, each of which the simulation must notice. */
enum BallotDefect {
    NONE,
    /** A node accepts a proposal that it has accepted before. */
    ACCEPTS_EQUAL,
    /** A release names the attempt alone, as if its rounds had no numbers. */
    REUSES_ATTEMPT,
    /** An acceptance counts for whichever round of the attempt is open when it arrives. */
    COUNTS_LATE_REPLIES,
    /** A node that lost its data votes at once. */
    VOTES_WITHOUT_ADMISSION,
    /** Nodes do not look at their admission; each client keeps a node out for a lease when it sees that it restarted. */
    KEPT_OUT_BY_CLIENTS,
    /** What a node accepted for a lock is forgotten after a time, and no floor stands for it. */
    EXPIRES_WITHOUT_FLOOR,
    /** A renewal takes any free node over. */
    JOINS_ANY_FREE_NODE
}
