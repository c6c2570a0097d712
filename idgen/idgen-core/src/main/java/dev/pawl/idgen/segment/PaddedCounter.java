package dev.pawl.idgen.segment;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A counter with its cache line to itself: before it stands the object's header, behind it padding. Without it, whatever
 * a subclass keeps for every call to read is invalidated by every increment of another core.
 */
class PaddedCounter extends AtomicLong {

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("unused")
    private long p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;
}
