package dev.pawl.fencing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pawl.common.CoordinationException;
import dev.pawl.fencing.FencingToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FenceMarksTest {

    private static final String ISSUER = "redis/shop/stock";

    @Test
    void theFirstTokenBindsTheIssuer() {
        FenceMarks marks = FenceMarks.NONE.enter("r", exclusive(7));
        assertThat(marks).isEqualTo(new FenceMarks(Optional.of(ISSUER), 7, 7));
        FencingToken other = FencingToken.exclusive("etcd/shop/stock", 8);
        assertThatExceptionOfType(IssuerMismatchException.class)
                .isThrownBy(() -> marks.enter("r", other))
                .satisfies(e -> assertThat(e.current()).isEqualTo(ISSUER));
        assertThatExceptionOfType(IssuerMismatchException.class).isThrownBy(() -> marks.check("r", other));
    }

    @Test
    void equalIsAcceptedLowerIsStaleHigherHasNotEntered() {
        FenceMarks marks = FenceMarks.NONE.enter("r", exclusive(34));
        assertThat(marks.enter("r", exclusive(34))).isSameAs(marks);
        marks.check("r", exclusive(34));
        assertStale(marks, exclusive(33), 34);
        assertNotEntered(marks, exclusive(35), 34);
        assertNotEntered(FenceMarks.NONE, exclusive(1), 0);
    }

    @Test
    void aReaderEntersBesideALaterOne() {
        FenceMarks marks = FenceMarks.NONE.enter("r", read(11)).enter("r", read(10));
        marks.check("r", read(10));
        marks.check("r", read(11));
        assertNotEntered(marks, read(12), 11);
    }

    @Test
    void aWriterNeedsToBeAboveBothMarks() {
        FenceMarks marks =
                FenceMarks.NONE.enter("r", exclusive(33)).enter("r", read(35)).enter("r", read(34));
        assertThat(marks).isEqualTo(new FenceMarks(Optional.of(ISSUER), 33, 35));
        marks.check("r", read(34));
        marks.check("r", read(35));
        assertStale(marks, exclusive(33), 35);
        assertStale(marks, exclusive(34), 35);
        assertStale(marks, read(32), 33);
        FenceMarks later = marks.enter("r", exclusive(36));
        assertStale(later, read(35), 36);
        assertThat(later).isEqualTo(new FenceMarks(Optional.of(ISSUER), 36, 36));
    }

    @Test
    void aReadersNumberDoesNotLetAWriterPass() {
        FenceMarks marks = FenceMarks.NONE.enter("r", exclusive(5)).enter("r", read(6));
        assertNotEntered(marks, exclusive(6), 6);
    }

    @Test
    void aPermitRaisesTheMarkToItsFloorOnly() {
        FenceMarks marks = FenceMarks.NONE.enter("r", permit(12, 10)).enter("r", permit(11, 9));
        assertThat(marks).isEqualTo(new FenceMarks(Optional.of(ISSUER), 10, 12));
        marks.check("r", permit(11, 9));
        marks.check("r", permit(12, 10));
        assertStale(marks, permit(9, 9), 10);
        assertNotEntered(marks, permit(13, 10), 12);
        assertStale(marks.enter("r", permit(13, 12)), permit(11, 9), 12);
    }

    @Test
    void anAdministratorSetsIssuerAndFloorAndEverybodyEntersAnew() {
        FenceMarks marks = FenceMarks.set(ISSUER, 100);
        assertStale(marks, exclusive(99), 100);
        assertNotEntered(marks, exclusive(100), 0);
        assertNotEntered(marks, read(100), 0);
        assertNotEntered(marks, permit(200, 1), 0);
        assertThat(marks.enter("r", exclusive(100))).isEqualTo(new FenceMarks(Optional.of(ISSUER), 100, 100));
        assertThat(marks.enter("r", read(150))).isEqualTo(new FenceMarks(Optional.of(ISSUER), 100, 150));
    }

    @Test
    void marksOutOfRangeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> FenceMarks.set(ISSUER, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> FenceMarks.set("", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new FenceMarks(Optional.empty(), 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new FenceMarks(Optional.of("a"), 0, -1));
    }

    @Test
    void theGreatestNumbersAreMarksToo() {
        FenceMarks marks = FenceMarks.NONE.enter("r", exclusive(Long.MAX_VALUE - 1));
        assertNotEntered(marks, exclusive(Long.MAX_VALUE), Long.MAX_VALUE - 1);
        marks.enter("r", exclusive(Long.MAX_VALUE)).check("r", exclusive(Long.MAX_VALUE));
    }

    /** Against the rules as they are told, with a list of all who have entered in place of the marks. */
    @Test
    void marksDecideAsAMemoryOfAllTokensWould() {
        int stale = 0;
        int notEntered = 0;
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            FencingToken[] grants = grants(random);
            List<FencingToken> entered = new ArrayList<>();
            FenceMarks marks = FenceMarks.NONE;
            for (int step = 0; step < 60; step++) {
                FencingToken token = grants[random.nextInt(grants.length)];
                String expected = expected(entered, token);
                assertThat(checked(marks, token))
                        .as("seed %d: %s after %s", seed, token, entered)
                        .isEqualTo(expected);
                stale += expected.equals("stale") ? 1 : 0;
                notEntered += expected.equals("not entered") ? 1 : 0;
                if (random.nextBoolean()) {
                    FenceMarks before = marks;
                    if (expected.equals("stale")) {
                        assertThatExceptionOfType(StaleTokenException.class).isThrownBy(() -> before.enter("r", token));
                    } else {
                        marks = before.enter("r", token);
                        entered.add(token);
                        assertThat(checked(marks, token)).isEqualTo("passes");
                    }
                }
            }
        }
        assertThat(stale).isGreaterThan(1_000);
        assertThat(notEntered).isGreaterThan(1_000);
    }

    /** Each number is granted once, as one kind. */
    private static FencingToken[] grants(Random random) {
        FencingToken[] grants = new FencingToken[20];
        for (int value = 1; value <= grants.length; value++) {
            grants[value - 1] = switch (random.nextInt(3)) {
                case 0 -> exclusive(value);
                case 1 -> read(value);
                default -> permit(value, 1 + random.nextInt(value));
            };
        }
        return grants;
    }

    private static String expected(List<FencingToken> entered, FencingToken token) {
        if (entered.stream().anyMatch(other -> replaces(other, token))) {
            return "stale";
        }
        boolean somebodyAsHigh = entered.stream().anyMatch(other -> other.value() >= token.value());
        return somebodyAsHigh ? "passes" : "not entered";
    }

    private static boolean replaces(FencingToken later, FencingToken token) {
        boolean above = later.value() > token.value();
        return switch (later.kind()) {
            case EXCLUSIVE -> above;
            case READ -> above && token.kind() == Kind.EXCLUSIVE;
            case PERMIT -> later.floor() > token.value() || above && token.kind() == Kind.EXCLUSIVE;
        };
    }

    private static String checked(FenceMarks marks, FencingToken token) {
        try {
            marks.check("r", token);
            return "passes";
        } catch (StaleTokenException e) {
            return "stale";
        } catch (NotEnteredException e) {
            return "not entered";
        }
    }

    private static void assertStale(FenceMarks marks, FencingToken token, long current) {
        assertThatExceptionOfType(StaleTokenException.class)
                .isThrownBy(() -> marks.check("r", token))
                .satisfies(e -> assertThat(e.current()).isEqualTo(current));
        assertThatExceptionOfType(CoordinationException.class).isThrownBy(() -> marks.enter("r", token));
    }

    private static void assertNotEntered(FenceMarks marks, FencingToken token, long current) {
        assertThatExceptionOfType(NotEnteredException.class)
                .isThrownBy(() -> marks.check("r", token))
                .satisfies(e -> assertThat(e.current()).isEqualTo(current));
        marks.enter("r", token);
    }

    private static FencingToken exclusive(long value) {
        return FencingToken.exclusive(ISSUER, value);
    }

    private static FencingToken read(long value) {
        return FencingToken.read(ISSUER, value);
    }

    private static FencingToken permit(long value, long floor) {
        return FencingToken.permit(ISSUER, value, floor);
    }
}
