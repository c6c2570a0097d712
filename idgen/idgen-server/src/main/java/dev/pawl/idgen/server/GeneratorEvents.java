package dev.pawl.idgen.server;

import dev.pawl.idgen.IdEvent;
import dev.pawl.idgen.IdListener;
import dev.pawl.idgen.TagPausedException;
import java.util.concurrent.atomic.LongAdder;

/** Counts what happens to one generator. The generators log by themselves what an operator must know. */
final class GeneratorEvents implements IdListener {

    final LongAdder fetches = new LongAdder();
    final LongAdder fetchNanos = new LongAdder();
    final LongAdder borrowed = new LongAdder();
    final LongAdder storeFailures = new LongAdder();
    final LongAdder storeWentBack = new LongAdder();
    final LongAdder clockMovedBack = new LongAdder();
    final LongAdder exhausted = new LongAdder();
    final LongAdder leasesLost = new LongAdder();
    final LongAdder leaseRenewals = new LongAdder();

    private volatile boolean storeFails;
    private volatile boolean denied;

    /** Whether the store failed when it was asked last. */
    boolean storeFails() {
        return storeFails;
    }

    /** Whether the store's last answer was that an operator wants no more ids to be given, or that there are none. */
    boolean isDenied() {
        return denied;
    }

    private void heard(IdEvent event) {
        if (event instanceof IdEvent.StoreFailed failed) {
            denied = failed.cause() instanceof TagPausedException;
            storeFails = !denied;
        } else if (event instanceof IdEvent.SegmentFetched || event instanceof IdEvent.LeaseRenewed) {
            denied = false;
            storeFails = false;
        } else if (event instanceof IdEvent.Exhausted) {
            denied = true;
        }
    }

    @Override
    public void on(IdEvent event) {
        heard(event);
        if (event instanceof IdEvent.SegmentFetched fetched) {
            fetches.increment();
            fetchNanos.add(fetched.took().toNanos());
        } else if (event instanceof IdEvent.Borrowed) {
            borrowed.increment();
        } else if (event instanceof IdEvent.StoreFailed) {
            storeFailures.increment();
        } else if (event instanceof IdEvent.StoreWentBack) {
            storeWentBack.increment();
        } else if (event instanceof IdEvent.ClockMovedBack) {
            clockMovedBack.increment();
        } else if (event instanceof IdEvent.Exhausted) {
            exhausted.increment();
        } else if (event instanceof IdEvent.LeaseLost) {
            leasesLost.increment();
        } else if (event instanceof IdEvent.LeaseRenewed) {
            leaseRenewals.increment();
        }
    }
}
