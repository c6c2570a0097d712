package dev.pawl.delay.spi;

/** When a store may answer that it has taken jobs. */
public enum Durability {
    /** When it has applied the request, by whatever the store is set up to keep over a failure. */
    APPLIED,
    /** When it is on the disk of the server that answers. */
    SYNCED,
    /** When at least one replica has it too. */
    REPLICATED
}
