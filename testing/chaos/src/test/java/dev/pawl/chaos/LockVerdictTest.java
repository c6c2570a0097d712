package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.chaos.GuardedCounter.Access;
import dev.pawl.chaos.HistoryLine.Step;
import dev.pawl.chaos.LockVerdict.Check;
import dev.pawl.chaos.LockVerdict.Death;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LockVerdictTest {

    private static final long MILLI = 1_000_000;
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final long FIRST = 7L << 10;
    private static final long SECOND = 8L << 10;

    private final List<HistoryLine> lines = new ArrayList<>();
    private final List<Access> accesses = new ArrayList<>();
    private final List<Death> deaths = new ArrayList<>();
    private long number;

    @Test
    void holdersOneAfterTheOtherAreFine() {
        turn("w1.0", 1, FIRST, 100, 140);
        turn("w2.0", 1, SECOND, 110, 160);
        LockVerdict verdict = verdict();
        assertThat(verdict.problems()).isEmpty();
        assertThat(verdict.grants()).isEqualTo(2);
        assertThat(verdict.written()).isEqualTo(2);
        assertThat(verdict.lost()).isZero();
    }

    @Test
    void anUpdateThatTheNumberDoesNotShowIsLost() {
        turn("w1.0", 1, FIRST, 100, 140);
        turn("w2.0", 1, SECOND, 110, 160);
        number = 1;
        assertThat(verdict().lost()).isOne();
        requireOnly(Check.UPDATES, "UPDATES: number=1, writes=2");
    }

    @Test
    void aWriteThatTheCounterDoesNotKnowIsFound() {
        turn("w1.0", 1, FIRST, 100, 140);
        accesses.removeIf(Access::write);
        number = 0;
        assertThat(verdict().problems(Check.UPDATES)).singleElement().asString().contains("disagree");
    }

    @Test
    void aWriteThatWasRefusedAndDoneIsFound() {
        turn("w1.0", 1, FIRST, 100, 140);
        lines.replaceAll(line -> line.step() != Step.WRITTEN ? line : with(line, Step.WRITE_REFUSED));
        assertThat(verdict().problems(Check.UPDATES)).singleElement().asString().contains("disagree");
        assertThat(verdict().refused()).isOne();
    }

    @Test
    void aLowerTokenAfterAHigherOneAtTheResourceIsFound() {
        turn("w1.0", 1, FIRST, 100, 140);
        accesses.add(new Access(false, "w2.0", 9, SECOND));
        accesses.add(new Access(true, "w1.0", 1, FIRST));
        assertThat(verdict().problems()).containsOnlyKeys(Check.ORDER_AT_THE_RESOURCE);
    }

    @Test
    void aTokenThatIsGivenTwiceIsFound() {
        turn("w1.0", 1, FIRST, 100, 140);
        turn("w2.0", 1, FIRST, 110, 160);
        requireOnly(Check.TOKENS, "TOKENS: w1.0#1 and w2.0#1 have token " + FIRST);
    }

    @Test
    void aTokenBelowThatOfAGrantThatWasThereBeforeTheQuestionIsFound() {
        turn("w1.0", 1, SECOND, 100, 120);
        turn("w2.0", 1, FIRST, 150, 160);
        accesses.clear();
        addAccesses("w2.0", FIRST);
        addAccesses("w1.0", SECOND);
        requireOnly(Check.TOKENS, "TOKENS: w2.0#1 was granted " + FIRST + " after " + SECOND);
    }

    @Test
    void aHandedTokenBelowOneThatWasThereIsFoundAsSuch() {
        turn("w1.0", 1, SECOND, 100, 120);
        turn("w2.0", 1, FIRST + 3, 150, 160);
        accesses.clear();
        addAccesses("w2.0", FIRST + 3);
        addAccesses("w1.0", SECOND);
        assertThat(verdict().problems()).containsOnlyKeys(Check.HAND_OVERS);
    }

    @Test
    void tokensOfGrantsThatMetInTimeMayHaveAnyOrder() {
        turn("w1.0", 1, SECOND, 100, 140);
        turn("w2.0", 1, FIRST, 101, 160);
        accesses.clear();
        addAccesses("w2.0", FIRST);
        addAccesses("w1.0", SECOND);
        assertThat(verdict().problems()).isEmpty();
    }

    @Test
    void aGrantBeforeTheEndOfAValidOneIsFound() {
        turn("w1.0", 1, FIRST, 100, 140);
        turn("w2.0", 1, SECOND, 105, 143);
        lines.removeIf(line -> line.contender().equals("w1.0") && line.step() == Step.RELEASING);
        assertThat(verdict().overlaps()).isOne();
        assertThat(verdict().problems()).containsOnlyKeys(Check.INTERVALS);
        assertThat(verdict().problems(Check.INTERVALS))
                .singleElement()
                .asString()
                .contains("997 ms before the end");
    }

    @Test
    void aRenewalLengthensTheInterval() {
        line(100, "w1.0", 1, Step.ACQUIRING, 0, 0);
        line(101, "w1.0", 1, Step.ACQUIRED, FIRST, 500);
        line(400, "w1.0", 1, Step.RENEWED, FIRST, 1400);
        turn("w2.0", 1, SECOND, 600, 1300);
        assertThat(verdict().problems()).containsOnlyKeys(Check.INTERVALS);
        line(1200, "w1.0", 1, Step.LOST, FIRST, 0);
        assertThat(verdict().problems()).isEmpty();
    }

    @Test
    void aKilledHolderBelievesNothingAnyMore() {
        line(100, "w1.0", 1, Step.ACQUIRING, 0, 0);
        line(101, "w1.0", 1, Step.ACQUIRED, FIRST, 1100);
        turn("w2.0", 1, SECOND, 105, 700);
        assertThat(verdict().problems()).containsOnlyKeys(Check.INTERVALS);
        deaths.add(new Death("w1", 600 * MILLI, true));
        assertThat(verdict().problems()).isEmpty();
        assertThat(verdict().takeOvers()).containsExactly(100L);
    }

    @Test
    void aPausedHolderGoesOnBelieving() {
        line(100, "w1.0", 1, Step.ACQUIRING, 0, 0);
        line(101, "w1.0", 1, Step.ACQUIRED, FIRST, 1100);
        turn("w2.0", 1, SECOND, 105, 700);
        deaths.add(new Death("w1", 600 * MILLI, false));
        assertThat(verdict().problems()).containsOnlyKeys(Check.INTERVALS);
    }

    @Test
    void aTakeOverThatTakesLongerThanPromisedIsFound() {
        turn("w1.0", 1, FIRST, 100, 140);
        deaths.add(new Death("w1", 150 * MILLI, true));
        turn("w1.1", 1, FIRST + 1, 160, 180);
        turn("w2.0", 1, SECOND, 170, 1700);
        assertThat(verdict().problems()).containsOnlyKeys(Check.TAKE_OVERS);
        assertThat(verdict().takeOvers()).containsExactly(1550L);
    }

    @Test
    void whatHasNoTokenIsNotJudgedByTokens() {
        turn("w1.0", 1, 0, 100, 140);
        turn("w2.0", 1, 0, 150, 160);
        assertThat(verdict().problems()).isEmpty();
    }

    @Test
    void aLineIsReadAsItWasWritten() {
        HistoryLine line = new HistoryLine(12, "w1.0", 3, Step.RELEASED, 4, 5, "UNKNOWN because of it");
        assertThat(HistoryLine.parse(line.text())).isEqualTo(line);
    }

    private void turn(String who, long attempt, long token, long acquiring, long acquired) {
        line(acquiring, who, attempt, Step.ACQUIRING, 0, 0);
        line(acquired, who, attempt, Step.ACQUIRED, token, acquired + 1000);
        line(acquired, who, attempt, Step.READ, token, acquired + 1000);
        line(acquired + 1, who, attempt, Step.WRITING, token, acquired + 1000);
        line(acquired + 1, who, attempt, Step.WRITTEN, token, acquired + 1000);
        line(acquired + 2, who, attempt, Step.RELEASING, token, acquired + 1000);
        line(acquired + 3, who, attempt, Step.RELEASED, token, 0);
        accesses.add(new Access(false, who, attempt, token));
        accesses.add(new Access(true, who, attempt, token));
        number++;
    }

    private void addAccesses(String who, long token) {
        accesses.addAll(Arrays.asList(new Access(false, who, 1, token), new Access(true, who, 1, token)));
    }

    private void line(long millis, String who, long attempt, Step step, long token, long validMillis) {
        lines.add(new HistoryLine(millis * MILLI, who, attempt, step, token, validMillis * MILLI, "-"));
    }

    private static HistoryLine with(HistoryLine line, Step step) {
        return new HistoryLine(
                line.nanos(), line.contender(), line.attempt(), step, line.token(), line.validUntil(), line.detail());
    }

    private void requireOnly(Check check, String problem) {
        assertThat(verdict().problems()).containsOnlyKeys(check);
        assertThat(verdict().problems(check)).containsExactly(problem);
    }

    private LockVerdict verdict() {
        return LockVerdict.of(new LockVerdict.Case(lines, accesses, number, deaths, LEASE.plusMillis(500)));
    }
}
