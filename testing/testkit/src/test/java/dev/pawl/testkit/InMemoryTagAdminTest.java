package dev.pawl.testkit;

import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.store.InMemorySegmentStore;

/** Stands here and not with the store, since a core cannot depend on the kit that depends on it. */
final class InMemoryTagAdminTest extends TagAdminTck {

    private final SegmentStore store = new InMemorySegmentStore();

    @Override
    protected SegmentStore open() {
        return store;
    }
}
