package dev.pawl.benchmarks.stress;

import dev.pawl.idgen.IdGenerator;

/** Callers of a generator while it is closed, and what a successor on the same store makes of it. */
final class Sealing {

    static final String SOUND = "sound";

    private final IdGenerator closing;
    private volatile boolean closed;
    private long early;
    private long late;
    private boolean lateAfterClose;

    Sealing(IdGenerator closing) {
        this.closing = closing;
    }

    void close() {
        closing.close();
        closed = true;
    }

    void takeEarly() {
        early = take();
    }

    void takeLate() {
        boolean after = closed;
        late = take();
        lateAfterClose = after && late != 0;
    }

    /** Zero stands for none, which a closed generator says by its exception. */
    private long take() {
        try {
            return closing.nextId();
        } catch (IllegalStateException isClosed) {
            return 0;
        }
    }

    /** The greatest id that was taken, or 0. After all actors. */
    long greatest() {
        return Math.max(early, late);
    }

    /** After all actors. */
    String seen(long successorsFirst) {
        if (lateAfterClose) {
            return "an id after close: " + late;
        }
        if (early != 0 && early == late) {
            return "the same id twice: " + early;
        }
        if (successorsFirst <= greatest()) {
            return "the successor begins with " + successorsFirst + " after " + greatest();
        }
        return SOUND;
    }
}
