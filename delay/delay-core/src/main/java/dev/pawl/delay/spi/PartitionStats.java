package dev.pawl.delay.spi;

/**
 * What a partition holds at one moment. Immutable.
 *
 * @param waiting jobs that no consumer has, due ones included
 * @param inFlight jobs that were delivered and not answered, also those whose visibility timeout has ended
 * @param due jobs that a claim would find
 * @param dead dead letters
 * @param bodyBytes the bytes of all bodies together
 * @param paused whether claims are answered with nothing
 */
public record PartitionStats(long waiting, long inFlight, long due, long dead, long bodyBytes, boolean paused) {}
