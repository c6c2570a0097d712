package dev.pawl.lock.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.lock.redis.NodeAnswer.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is decided from what nodes say. */
final class BallotTest {

    private static final Quorum THREE = new Quorum(3);

    private final Ballot ballot = new Ballot(THREE, 70);

    private static NodeAnswer accepts(long proposal) {
        return new NodeAnswer(Kind.YES, 0, proposal, null);
    }

    private static NodeAnswer held(long millis) {
        return new NodeAnswer(Kind.HELD, millis, 69, null);
    }

    @Test
    void aQuorumGrantsAsSoonAsItIsThere() {
        assertThat(ballot.answered(2, accepts(70))).isFalse();
        assertThat(ballot.answered(0, accepts(70))).isTrue();
        assertThat(ballot.verdict()).isEqualTo(Ballot.Verdict.GRANTED);
        assertThat(ballot.answered(1, held(5))).as("decides no more").isFalse();
        assertThat(ballot.verdict()).isEqualTo(Ballot.Verdict.GRANTED);
    }

    @Test
    void anAcceptanceOfAnotherRoundDoesNotCount() {
        ballot.answered(0, accepts(70));
        assertThat(ballot.answered(1, accepts(69))).isFalse();
        assertThat(ballot.verdict()).isEqualTo(Ballot.Verdict.OPEN);
        assertThat(ballot.mayHold(1)).isTrue();
    }

    @Test
    void aNodesSecondReplyDoesNotCount() {
        ballot.answered(0, accepts(70));
        assertThat(ballot.answered(0, accepts(70))).isFalse();
        assertThat(ballot.verdict()).isEqualTo(Ballot.Verdict.OPEN);
        Tally tally = new Tally(THREE);
        tally.answered(0, accepts(70));
        assertThat(tally.answered(0, accepts(70))).isFalse();
        assertThat(tally.verdict()).isEqualTo(Tally.Verdict.OPEN);
    }

    @Test
    void aRoundIsTakenWhenOthersHoldTooMuchAndFreeWhenAQuorumIs() {
        ballot.answered(0, held(300));
        assertThat(ballot.answered(1, held(200))).isTrue();
        assertThat(ballot.verdict()).isEqualTo(Ballot.Verdict.TAKEN);
        assertThat(ballot.freeWithinMillis()).as("nodes 1 and 0").isEqualTo(300);
        assertThat(ballot.mayHold(0)).isFalse();
        assertThat(ballot.mayHold(2)).isTrue();
    }

    @Test
    void aRoundIsLowWhenALargerProposalMayBeAccepted() {
        NodeAnswer low = new NodeAnswer(Kind.LOW, 0, 99, null);
        ballot.answered(0, low);
        assertThat(ballot.answered(1, low)).isTrue();
        assertThat(ballot.verdict()).isEqualTo(Ballot.Verdict.LOW);
        Ballot other = new Ballot(THREE, 70);
        other.answered(0, low);
        other.answered(1, held(5));
        other.answered(2, held(5));
        assertThat(other.verdict()).isEqualTo(Ballot.Verdict.TAKEN);
    }

    @Test
    void withoutAQuorumOfVotesThereIsNone() {
        ballot.answered(0, accepts(70));
        ballot.answered(1, NodeAnswer.of(Kind.KEPT_OUT));
        assertThat(ballot.verdict()).isEqualTo(Ballot.Verdict.OPEN);
        ballot.answered(2, NodeAnswer.failed(Kind.UNKNOWN, new IllegalStateException("cut")));
        assertThat(ballot.verdict()).isEqualTo(Ballot.Verdict.NO_QUORUM);
        assertThat(ballot.mayHold(1)).isFalse();
        assertThat(ballot.mayHold(2)).isTrue();
        assertThat(ballot.failure()).hasMessage("cut");
    }

    @Test
    void aTallyIsUnknownWhileANodeThatDoesNotTellCouldDecide() {
        Tally tally = new Tally(THREE);
        tally.answered(0, accepts(70));
        tally.answered(1, NodeAnswer.of(Kind.NO));
        assertThat(tally.answered(2, NodeAnswer.of(Kind.KEPT_OUT))).isTrue();
        assertThat(tally.verdict()).isEqualTo(Tally.Verdict.UNKNOWN);
        Tally denied = new Tally(THREE);
        denied.answered(0, NodeAnswer.of(Kind.NO));
        assertThat(denied.answered(1, NodeAnswer.of(Kind.NO))).isTrue();
        assertThat(denied.verdict()).isEqualTo(Tally.Verdict.FALSE);
    }

    @Test
    void proposalsRiseAboveAllThatWasSeenWhateverTheClockSays() {
        long[] clock = {50};
        Proposals proposals = new Proposals(() -> clock[0]);
        assertThat(proposals.next()).isEqualTo(50);
        assertThat(proposals.next()).isEqualTo(51);
        proposals.saw(80);
        clock[0] = 40;
        assertThat(proposals.next()).isEqualTo(81);
    }

    @Test
    void aFloorNeedsAsManyOthersAsMeetEveryQuorum() {
        assertThat(THREE.floor(List.of(7L))).isEmpty();
        assertThat(THREE.floor(List.of(7L, 9L))).hasValue(9);
        assertThat(new Quorum(5).floor(List.of(7L, 9L))).isEmpty();
        for (int nodes : List.of(0, 1, 2, 4, 6, 8, 9)) {
            assertThatThrownBy(() -> new Quorum(nodes)).hasMessage("nodes must be 3, 5 or 7: nodes=" + nodes);
        }
    }
}
