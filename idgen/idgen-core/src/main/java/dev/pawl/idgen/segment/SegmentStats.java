package dev.pawl.idgen.segment;

/**
 * A segment generator's figures at one moment, for meters. They are read without stopping anybody, so they may be off by
 * what happens meanwhile.
 *
 * @param issued ids taken since the generator was made, those skipped for a contiguous run included
 * @param remaining ids at hand, those of the prefetched segment included
 * @param step how many ids the next fetch would ask for at least
 */
public record SegmentStats(long issued, long remaining, long step) {}
