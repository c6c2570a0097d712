package dev.pawl.chaos;

/** What happens to delayed jobs, those who have to do with them, and their store, in each case under load. */
enum JobFault {
    /** A worker stands still in the middle of a job until another has had it, and goes on with its effect and its acknowledgement. */
    WORKER_PAUSED,
    /** A worker is killed in the middle of a job. */
    WORKER_KILLED,
    PRODUCER_KILLED,
    /** The server is killed and started again with what it has on disk. */
    SERVER_KILLED,
    /** What the server says does not arrive, and then the connections end. */
    REPLIES_DROPPED,
    /** The server has done it, the connection ends before its reply, and it takes a while until there is another one. */
    ENQUEUE_CUT,
    CLAIM_CUT,
    ACK_CUT,
    /** The server's wall clock is ten minutes ahead from now on, and then right again. */
    CLOCK_FORWARD,
    /** The server's wall clock is ten minutes behind from now on, and then right again. */
    CLOCK_BACK,
    /** A replica that does not know of the last second becomes the primary. */
    PROMOTED;

    boolean kills() {
        return this == WORKER_KILLED || this == PRODUCER_KILLED || this == SERVER_KILLED;
    }
}
