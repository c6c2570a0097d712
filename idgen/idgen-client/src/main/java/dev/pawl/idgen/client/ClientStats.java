package dev.pawl.idgen.client;

/**
 * A client's figures since it was made, for meters. They are read without stopping anybody, so they may be off by what
 * happens meanwhile.
 *
 * @param requests HTTP requests that were sent, retries and give-backs included
 * @param retries how many of them were retries
 * @param heldBack calls that were not sent, since the retry budget was used up or the service had asked for a pause
 */
public record ClientStats(long requests, long retries, long heldBack) {}
