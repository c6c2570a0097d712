package dev.pawl.lock.redis;

/**
 * Counts what the nodes say of a grant: whether a quorum confirms it, or so many deny it that none can. Of a node that is kept out or
 * does not answer nothing is known. Decides and does nothing else. For use by one thread at a time.
 */
final class Tally {

    enum Verdict {
        OPEN,
        TRUE,
        FALSE,
        UNKNOWN
    }

    private final Quorum quorum;
    private final boolean[] answered;
    private int yes;
    private int unsure;
    private int open;
    private Verdict verdict = Verdict.OPEN;

    Tally(Quorum quorum) {
        this.quorum = quorum;
        this.answered = new boolean[quorum.nodes()];
        this.open = quorum.nodes();
    }

    Verdict verdict() {
        return verdict;
    }

    /** Takes a reply to the one request that this counts for; true if it decides. */
    boolean answered(int node, NodeAnswer answer) {
        if (verdict != Verdict.OPEN || answered[node]) {
            return false;
        }
        answered[node] = true;
        open--;
        if (answer.confirms()) {
            yes++;
        } else if (answer.isUnsure()) {
            unsure++;
        }
        verdict = decide();
        return verdict != Verdict.OPEN;
    }

    private Verdict decide() {
        if (yes >= quorum.votes()) {
            return Verdict.TRUE;
        }
        if (yes + unsure + open < quorum.votes()) {
            return Verdict.FALSE;
        }
        return open == 0 ? Verdict.UNKNOWN : Verdict.OPEN;
    }
}
