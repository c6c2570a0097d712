package dev.pawl.lock.redis;

import dev.pawl.lock.redis.NodeAnswer.Kind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One round: a proposal, and what the nodes say to it. A quorum that accepts this very proposal is a grant, and the proposal its
 * number. An acceptance of another round's proposal does not count, nor does a node's second reply. Decides and does nothing else: no
 * requests, no threads, no time. For use by one thread at a time.
 *
 * <p>With three nodes: A proposes 70 and is accepted by nodes 0 and 1, a quorum, so A holds the lock by number 70. B proposes 70 too:
 * 0 and 1 are held by A, 2 accepts; one vote is none, and B releases what it has at 2. Later 0 and 1 are free again, but B's
 * second 70 is too low there, since only what is larger than everything accepted before is accepted; B learns of 70
 * and proposes 71.
 */
final class Ballot {

    enum Verdict {
        OPEN,
        GRANTED,
        /** Too low for a quorum, which is free otherwise: a larger proposal may be accepted. */
        LOW,
        /** Others hold too many nodes. */
        TAKEN,
        ENDED,
        TOO_LONG,
        /** Too many nodes have no vote or do not answer. */
        NO_QUORUM
    }

    private final Quorum quorum;
    private final long proposal;
    private final @Nullable NodeAnswer[] answers;
    private Verdict verdict = Verdict.OPEN;

    Ballot(Quorum quorum, long proposal) {
        this.quorum = quorum;
        this.proposal = proposal;
        this.answers = new @Nullable NodeAnswer[quorum.nodes()];
    }

    long proposal() {
        return proposal;
    }

    Verdict verdict() {
        return verdict;
    }

    /** Takes a reply; true if it decides this round. */
    boolean answered(int node, NodeAnswer answer) {
        boolean toAnother = answer.kind() == Kind.YES && answer.mark() != proposal;
        if (verdict != Verdict.OPEN || toAnother || answers[node] != null) {
            return false;
        }
        answers[node] = answer;
        verdict = decide();
        return verdict != Verdict.OPEN;
    }

    private Verdict decide() {
        int accepted = count(Kind.YES);
        int open = (int) Arrays.stream(answers).filter(answer -> answer == null).count();
        if (accepted >= quorum.votes()) {
            return Verdict.GRANTED;
        }
        if (count(Kind.ENDED) > 0) {
            return Verdict.ENDED;
        }
        if (accepted + open >= quorum.votes()) {
            return Verdict.OPEN;
        }
        if (count(Kind.TOO_LONG) > 0) {
            return Verdict.TOO_LONG;
        }
        int free = accepted + count(Kind.LOW);
        if (free + open >= quorum.votes()) {
            return free >= quorum.votes() ? Verdict.LOW : Verdict.OPEN;
        }
        int unsure = count(Kind.KEPT_OUT) + count(Kind.NOT_APPLIED) + count(Kind.UNKNOWN);
        return unsure > quorum.nodes() - quorum.votes() ? Verdict.NO_QUORUM : Verdict.TAKEN;
    }

    int count(Kind kind) {
        return (int) Arrays.stream(answers)
                .filter(answer -> answer != null && answer.kind() == kind)
                .count();
    }

    /** Whether a node may have accepted, or may still: what failed must be released there. */
    boolean mayHold(int node) {
        NodeAnswer answer = answers[node];
        return answer == null || answer.kind() == Kind.YES || answer.kind() == Kind.UNKNOWN;
    }

    /** When a quorum may be free at the earliest, in milliseconds from the replies on, if nobody releases. */
    long freeWithinMillis() {
        return Arrays.stream(answers)
                .mapToLong(Ballot::freeWithinMillis)
                .sorted()
                .skip(quorum.votes() - 1)
                .findFirst()
                .orElseThrow();
    }

    private static long freeWithinMillis(@Nullable NodeAnswer answer) {
        if (answer == null || answer.isUnsure()) {
            return Long.MAX_VALUE;
        }
        return answer.kind() == Kind.HELD ? answer.millis() : 0;
    }

    /** One of the reasons for which nodes have not answered. */
    @Nullable
    Throwable failure() {
        for (NodeAnswer answer : answers) {
            if (answer != null && answer.failure() != null) {
                return answer.failure();
            }
        }
        return null;
    }
}
