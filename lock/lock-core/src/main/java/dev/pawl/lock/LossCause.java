package dev.pawl.lock;

/** Why a handle was lost. */
public enum LossCause {
    /** The lease ended by this process's clock before a renewal was confirmed. */
    LEASE_ENDED,
    /** The greatest time that the lock may be held has passed. */
    HELD_TOO_LONG,
    /** The store knows nothing of the grant any more: it ended there, was released by force, or the data was lost. */
    GONE_FROM_STORE,
    /** The holder itself had released it, and went on using its handle. */
    RELEASED,
    /** The lock service of this process was closed while the lock was held. */
    SERVICE_CLOSED
}
