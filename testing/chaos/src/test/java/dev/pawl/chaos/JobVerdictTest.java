package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.chaos.JobEffects.Effect;
import dev.pawl.chaos.JobLine.Step;
import dev.pawl.chaos.JobVerdict.Check;
import dev.pawl.chaos.JobVerdict.Window;
import dev.pawl.chaos.LockVerdict.Death;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JobVerdictTest {

    private static final long MILLI = 1_000_000;
    private static final long EPOCH = 1_000_000;

    private final List<JobLine> lines = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();
    private final List<Death> deaths = new ArrayList<>();
    private final List<Window> losses = new ArrayList<>();
    private final StoreTime time = new StoreTime(EPOCH * MILLI, 0);
    private Window calm = new Window(0, Long.MAX_VALUE / 2);
    private boolean allSeen;

    @Test
    void jobsThatAreDoneOnceInTimeAreFine() {
        done("a", 10, 50, 5);
        done("b", 20, 0, 6);
        JobVerdict verdict = verdict();
        assertThat(verdict.problems()).isEmpty();
        assertThat(verdict.counts()).isEqualTo(new JobVerdict.Counts(2, 0, 0, 0, 2, 0, 0, 0, 0, 0));
        assertThat(verdict.calm().millis()).containsExactly(1.0, 1.0);
        assertThat(verdict.faulty().millis()).isEmpty();
    }

    @Test
    void aJobThatWasTakenAndHadNoEffectIsLost() {
        enqueued("a", 10, 0);
        requireOnly(Check.LOST, "LOST (D1, D8): a was taken and had no effect");
    }

    @Test
    void aJobThatWasBegunAndHadNoEffectIsLost() {
        enqueued("a", 10, 0);
        begun(20, "w1", "a", 5, 1);
        assertThat(verdict().problems()).containsOnlyKeys(Check.LOST);
    }

    @Test
    void aJobWhoseEnqueueHadNoAnswerMayBeGoneOrDone() {
        enqueuing("a", 10, 0);
        line(11, "p1", Step.ENQUEUE_UNKNOWN, "a");
        enqueuing("b", 10, 0);
        begun(20, "w1", "b", 5, 1);
        effect(21, "w1", "b", 5);
        answer(22, "w1", Step.ACKED, "b", 5);
        assertThat(verdict().problems()).isEmpty();
        assertThat(verdict().counts().unknown()).isEqualTo(2);
    }

    @Test
    void aJobThatWasTakenWithinALossOfDataIsExcused() {
        enqueued("a", 10, 0);
        losses.add(new Window(5 * MILLI, 15 * MILLI));
        assertThat(verdict().problems()).isEmpty();
        assertThat(verdict().counts().excused()).isOne();
        losses.set(0, new Window(12 * MILLI, 15 * MILLI));
        assertThat(verdict().problems()).containsOnlyKeys(Check.LOST);
    }

    @Test
    void aDeliveryBeforeTheDelayIsOverIsEarly() {
        enqueued("a", 10, 50);
        handled(59, "w1", "a", 5, 1);
        assertThat(verdict().problems()).containsOnlyKeys(Check.EARLY);
        assertThat(verdict().problems(Check.EARLY)).singleElement().asString().endsWith("is 1.0 ms early");
    }

    @Test
    void aDeliveryBeforeTheDueTimeIsEarly() {
        lines.add(new JobLine(10 * MILLI, "p1", Step.ENQUEUING, "a", "a", 0, EPOCH + 60, JobLine.AT));
        handled(59, "w1", "a", 5, 1);
        assertThat(verdict().problems()).containsOnlyKeys(Check.EARLY);
        effects.clear();
        lines.remove(2);
        lines.remove(1);
        handled(60, "w1", "a", 5, 1);
        assertThat(verdict().problems()).isEmpty();
    }

    @Test
    void theClockOfTheStoreDecidesWhatIsEarly() {
        enqueued("a", 10, 5_000);
        handled(100, "w1", "a", 5, 1);
        assertThat(verdict().problems()).containsOnlyKeys(Check.EARLY);
        time.moved(50 * MILLI, 60 * MILLI, Duration.ofSeconds(10));
        assertThat(verdict().problems()).isEmpty();
    }

    @Test
    void aClockThatWasMovedBackExcusesNothingThatIsEnqueuedLater() {
        time.moved(1 * MILLI, 2 * MILLI, Duration.ofSeconds(10));
        time.moved(5 * MILLI, 6 * MILLI, Duration.ZERO);
        enqueued("a", 10, 5_000);
        handled(100, "w1", "a", 5, 1);
        assertThat(verdict().problems()).containsOnlyKeys(Check.EARLY);
    }

    @Test
    void whatNobodyEnqueuedIsUnexpected() {
        handled(20, "w1", "a", 5, 1);
        assertThat(verdict().problems()).containsOnlyKeys(Check.UNEXPECTED);
    }

    @Test
    void whatWasRefusedIsUnexpected() {
        enqueuing("a", 10, 0);
        line(11, "p1", Step.REJECTED, "a");
        enqueuing("b", 12, 0);
        line(13, "p1", Step.NOT_ENQUEUED, "b");
        assertThat(verdict().problems()).isEmpty();
        handled(20, "w1", "a", 5, 1);
        handled(21, "w1", "b", 6, 1);
        assertThat(verdict().problems(Check.UNEXPECTED)).hasSize(2);
    }

    @Test
    void thePayloadOfAnotherJobIsUnexpected() {
        enqueued("a", 10, 0);
        lines.add(new JobLine(20 * MILLI, "w1", Step.BEGUN, "a", "another", 5, 0, "1"));
        effect(21, "w1", "a", 5);
        assertThat(verdict().problems()).containsOnlyKeys(Check.UNEXPECTED);
    }

    @Test
    void aDeliveryAfterAConfirmedCancelIsFound() {
        enqueued("a", 10, 50);
        line(70, "p1", Step.CANCELLED, "a");
        begun(69, "w1", "a", 5, 1);
        assertThat(verdict().problems()).isEmpty();
        begun(71, "w2", "a", 6, 2);
        assertThat(verdict().problems()).containsOnlyKeys(Check.AFTER_CANCEL);
    }

    @Test
    void aJobThatIsAcknowledgedAndCancelledIsFound() {
        enqueued("a", 10, 0);
        handled(20, "w1", "a", 5, 1);
        assertThat(verdict().problems()).isEmpty();
        line(31, "p1", Step.CANCELLED, "a");
        assertThat(verdict().problems()).containsOnlyKeys(Check.AFTER_CANCEL);
        losses.add(new Window(30 * MILLI, 32 * MILLI));
        assertThat(verdict().problems()).isEmpty();
        assertThat(verdict().counts().excused()).isOne();
    }

    @Test
    void aDelayCountsFromTheEnqueueWhateverTheClockDoesAfterwards() {
        enqueued("a", 10, 1_000);
        time.moved(20 * MILLI, 21 * MILLI, Duration.ofMinutes(-10));
        handled(40, "w1", "a", 5, 1);
        assertThat(verdict().problems()).containsOnlyKeys(Check.EARLY);
    }

    @Test
    void anEarlierAttemptWithAHigherTokenIsFoundWhicheverBeginsFirst() {
        enqueued("a", 10, 0);
        begun(20, "w1", "a", 5, 2);
        begun(30, "w2", "a", 6, 1);
        handled(40, "w1", "a", 7, 3);
        assertThat(verdict().problems()).containsOnlyKeys(Check.TOKENS);
    }

    @Test
    void aJobThatWasCancelledOrMayBeIsNotLost() {
        enqueued("a", 10, 50);
        line(20, "p1", Step.CANCELLED, "a");
        enqueued("b", 10, 50);
        line(20, "p1", Step.CANCEL_UNKNOWN, "b");
        enqueued("d", 10, 50);
        line(19, "p1", Step.CANCELLING, "d");
        enqueued("c", 10, 50);
        line(19, "p1", Step.CANCELLING, "c");
        line(20, "p1", Step.NOT_CANCELLED, "c");
        requireOnly(Check.LOST, "LOST (D1, D8): c was taken and had no effect");
        assertThat(verdict().counts().cancelled()).isOne();
    }

    @Test
    void aDeliveryAfterAnAcceptedAcknowledgementIsFound() {
        done("a", 10, 0, 5);
        begun(40, "w2", "a", 6, 2);
        assertThat(verdict().problems()).containsOnlyKeys(Check.AFTER_ACK);
        assertThat(verdict().counts().duplicates()).isOne();
        losses.add(new Window(11 * MILLI, 13 * MILLI));
        assertThat(verdict().problems()).isEmpty();
        assertThat(verdict().counts().excused()).isOne();
    }

    @Test
    void aStaleAcknowledgementThatIsAcceptedIsFound() {
        enqueued("a", 10, 0);
        begun(20, "w1", "a", 5, 1);
        handled(30, "w2", "a", 6, 2);
        answer(40, "w1", Step.ACKED, "a", 5);
        assertThat(verdict().problems()).containsOnlyKeys(Check.AFTER_ACK);
    }

    @Test
    void aStaleAcknowledgementThatIsRefusedIsFine() {
        enqueued("a", 10, 0);
        begun(20, "w1", "a", 5, 1);
        handled(30, "w2", "a", 6, 2);
        answer(40, "w1", Step.ACK_REFUSED, "a", 5);
        assertThat(verdict().problems()).isEmpty();
        assertThat(verdict().counts().refusedAcks()).isOne();
        assertThat(verdict().counts().duplicates()).isOne();
    }

    @Test
    void anAcknowledgementThatIsRefusedForNothingIsFound() {
        enqueued("a", 10, 0);
        begun(20, "w1", "a", 5, 1);
        effect(21, "w1", "a", 5);
        answer(40, "w1", Step.ACK_REFUSED, "a", 5);
        assertThat(verdict().problems()).containsOnlyKeys(Check.ANSWERS);
    }

    @Test
    void aTokenThatDoesNotRiseWithTheAttemptsIsFound() {
        enqueued("a", 10, 0);
        begun(20, "w1", "a", 6, 1);
        handled(30, "w2", "a", 5, 2);
        assertThat(verdict().problems()).containsKey(Check.TOKENS);
    }

    @Test
    void aTokenBelowOneThatSomebodyHadWhenTheJobWasEnqueuedIsFound() {
        done("a", 10, 0, 6);
        done("b", 30, 0, 5);
        assertThat(verdict().problems()).containsOnlyKeys(Check.TOKENS);
    }

    @Test
    void tokensOfJobsThatMetInTimeMayHaveAnyOrder() {
        done("a", 10, 0, 6);
        done("b", 11, 0, 5);
        assertThat(verdict().problems()).isEmpty();
    }

    @Test
    void aTokenThatIsGivenTwiceIsFound() {
        done("a", 10, 0, 5);
        done("b", 10, 0, 5);
        assertThat(verdict().problems()).containsOnlyKeys(Check.TOKENS);
    }

    @Test
    void aStaleEffectThatPassesIsFound() {
        enqueued("a", 10, 0);
        begun(20, "w1", "a", 5, 1);
        handled(30, "w2", "a", 6, 2);
        effects.add(new Effect(35 * MILLI, "w1", "a", "a", 5, false));
        assertThat(verdict().problems()).isEmpty();
        assertThat(verdict().counts().refusedEffects()).isOne();
        effect(36, "w1", "a", 5);
        assertThat(verdict().problems()).containsOnlyKeys(Check.STALE_EFFECTS);
    }

    @Test
    void whatADeadWorkerHadComesBackInTime() {
        enqueued("a", 10, 0);
        begun(20, "w1", "a", 5, 1);
        deaths.add(new Death("w1", 30 * MILLI, true));
        handled(1_030, "w2", "a", 6, 2);
        assertThat(verdict().problems()).isEmpty();
        assertThat(verdict().comeBacks().millis()).containsExactly(1_000.0);
    }

    @Test
    void whatComesBackLateIsFound() {
        enqueued("a", 10, 0);
        begun(20, "w1", "a", 5, 1);
        deaths.add(new Death("w1", 30 * MILLI, true));
        handled(1_032, "w2", "a", 6, 2);
        assertThat(verdict().problems()).containsOnlyKeys(Check.COME_BACKS);
    }

    @Test
    void whatWasAcknowledgedBeforeItsWorkerDiedNeedsNotComeBack() {
        done("a", 10, 0, 5);
        deaths.add(new Death("w1", 30 * MILLI, true));
        assertThat(verdict().comeBacks().millis()).isEmpty();
    }

    @Test
    void anAttemptThatNobodySawIsCountedAndFoundWhereNothingExplainsIt() {
        enqueued("a", 10, 0);
        handled(2_000, "w1", "a", 5, 2);
        assertThat(verdict().problems()).isEmpty();
        assertThat(verdict().counts().unseen()).isOne();
        allSeen = true;
        assertThat(verdict().problems()).containsOnlyKeys(Check.UNSEEN);
    }

    @Test
    void whatHasNoTokenIsNotJudgedByTokens() {
        done("a", 10, 0, 0);
        done("b", 30, 0, 0);
        assertThat(verdict().problems()).isEmpty();
    }

    @Test
    void latenessIsCountedBeforeTheFirstFaultAndFromThenOn() {
        done("cold", 1, 0, 4);
        done("a", 10, 0, 5);
        done("b", 50, 0, 6);
        calm = new Window(5 * MILLI, 40 * MILLI);
        assertThat(verdict().calm().millis()).hasSize(1);
        assertThat(verdict().faulty().millis()).hasSize(1);
    }

    @Test
    void quantilesAreOfTheRank() {
        List<Double> hundred = new ArrayList<>();
        for (int i = 100; i > 0; i--) {
            hundred.add((double) i);
        }
        JobVerdict.Lateness lateness = new JobVerdict.Lateness(hundred);
        assertThat(lateness.quantile(0.5)).isEqualTo(51);
        assertThat(lateness.quantile(0.99)).isEqualTo(100);
        assertThat(lateness.max()).isEqualTo(100);
        assertThat(new JobVerdict.Lateness(List.of()).max()).isZero();
    }

    @Test
    void aLineIsReadAsItWasWritten() {
        JobLine line = new JobLine(12, "w1", Step.BEGUN, "p1-3", "p1-3-c", 4, -5, "6");
        assertThat(JobLine.parse(line.text())).isEqualTo(line);
    }

    private void enqueuing(String key, long at, long delay) {
        lines.add(new JobLine(at * MILLI, "p1", Step.ENQUEUING, key, key, 0, delay, JobLine.AFTER));
    }

    private void enqueued(String key, long at, long delay) {
        enqueuing(key, at, delay);
        line(at + 1, "p1", Step.ENQUEUED, key);
    }

    /** Enqueued, delivered a millisecond late, and acknowledged a millisecond after that. */
    private void done(String key, long at, long delay, long token) {
        enqueued(key, at, delay);
        handled(at + delay + 1, "w1", key, token, 1);
    }

    private void handled(long at, String process, String key, long token, int attempt) {
        begun(at, process, key, token, attempt);
        effect(at, process, key, token);
        answer(at + 1, process, Step.ACKED, key, token);
    }

    private void begun(long at, String process, String key, long token, int attempt) {
        lines.add(new JobLine(at * MILLI, process, Step.BEGUN, key, key, token, 1_000, String.valueOf(attempt)));
    }

    private void answer(long at, String process, Step step, String key, long token) {
        lines.add(new JobLine(at * MILLI, process, step, key, key, token, 0, "-"));
    }

    private void effect(long at, String process, String key, long token) {
        effects.add(new Effect(at * MILLI, process, key, key, token, true));
    }

    private void line(long at, String process, Step step, String key) {
        lines.add(new JobLine(at * MILLI, process, step, key, key, 0, 0, "-"));
    }

    private void requireOnly(Check check, String problem) {
        assertThat(verdict().problems()).containsOnlyKeys(check);
        assertThat(verdict().problems(check)).containsExactly(problem);
    }

    private JobVerdict verdict() {
        JobVerdict.Rules rules = new JobVerdict.Rules(calm, Duration.ofMillis(1_001), losses, allSeen);
        return JobVerdict.of(new JobVerdict.Case(lines, effects, deaths, time, rules));
    }
}
