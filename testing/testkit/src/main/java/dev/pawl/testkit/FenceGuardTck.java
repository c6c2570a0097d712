package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pawl.fencing.FenceGuard;
import dev.pawl.fencing.FencingToken;
import dev.pawl.fencing.IssuerMismatchException;
import dev.pawl.fencing.NotEnteredException;
import dev.pawl.fencing.StaleTokenException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * What every {@link FenceGuard} owes, as tests. Extend it, say how a resource is opened and how it is updated behind the
 * guard, and run it with JUnit Jupiter:
 *
 * <pre>{@code
 * final class MyFenceGuardIT extends FenceGuardTck {
 *     @Override
 *     protected FencedNumber open(String resource) {
 *         return new MyNumber(dataSource, resource);
 *     }
 * }
 * }</pre>
 *
 * <p>Where the guard says that it is atomic with the effect, that is tested too: by an effect that is paused between check
 * and change, and by holders who replace each other. Resources have random names, so that tests may share one store.
 */
public abstract class FenceGuardTck extends FenceEffectTests {

    private static final String OTHER = "tck/fences/other";

    /** Makes the test. */
    protected FenceGuardTck() {}

    @Test
    final void equalIsAcceptedAgainAndAgain() throws Exception {
        FenceGuard guard = guard();
        for (int i = 0; i < 3; i++) {
            guard.enter(exclusive(34));
            guard.check(exclusive(34));
        }
    }

    @Test
    final void lowerIsRefusedWithTheMarkAndMovesNothing() throws Exception {
        FenceGuard guard = guard();
        guard.enter(exclusive(34));
        assertStale(guard, exclusive(33), 34);
        assertStale(guard, exclusive(1), 34);
        guard.check(exclusive(34));
        guard.enter(exclusive(100));
        assertStale(guard, exclusive(34), 100);
        assertStale(guard, exclusive(99), 100);
    }

    @Test
    final void higherHasNotEnteredAndIsNotTakenInByCheck() throws Exception {
        FenceGuard guard = guard();
        assertNotEntered(guard, exclusive(1), 0);
        assertNotEntered(guard, FencingToken.read(ISSUER, 1), 0);
        assertNotEntered(guard, FencingToken.permit(ISSUER, 1, 1), 0);
        guard.enter(exclusive(34));
        assertNotEntered(guard, exclusive(35), 34);
        guard.check(exclusive(34));
        guard.enter(exclusive(35));
        guard.check(exclusive(35));
    }

    @Test
    final void numbersAreComparedExactly() throws Exception {
        long[][] neighbours = {
            {9, 10},
            {99, 100},
            {(1L << 53), (1L << 53) + 1},
            {(1L << 53) + 1, (1L << 53) + 2},
            {1_800_000_000_000_000_001L, 1_800_000_000_000_000_002L},
            {Long.MAX_VALUE - 1, Long.MAX_VALUE}
        };
        for (long[] pair : neighbours) {
            FenceGuard guard = guard();
            guard.enter(exclusive(pair[0]));
            guard.check(exclusive(pair[0]));
            assertNotEntered(guard, exclusive(pair[1]), pair[0]);
            guard.enter(exclusive(pair[1]));
            assertStale(guard, exclusive(pair[0]), pair[1]);
        }
    }

    @Test
    final void theFirstTokenBindsTheIssuer() throws Exception {
        FenceGuard guard = guard();
        guard.enter(exclusive(7));
        List<String> others = List.of(
                OTHER,
                ISSUER + "x",
                ISSUER + " ",
                ISSUER.toUpperCase(Locale.ROOT),
                ISSUER + "/",
                "\u0000;%é😀",
                "x".repeat(1024));
        for (String other : others) {
            for (FencingToken token :
                    List.of(FencingToken.exclusive(other, 7), FencingToken.exclusive(other, 1L << 60))) {
                assertMismatch(guard, token, ISSUER);
            }
            FenceGuard bound = guard();
            bound.enter(FencingToken.exclusive(other, 3));
            bound.check(FencingToken.exclusive(other, 3));
            assertMismatch(bound, exclusive(7), other);
        }
        guard.check(exclusive(7));
    }

    @Test
    final void anAdministratorMovesTheResourceToAnotherIssuer() throws Exception {
        String resource = newResource();
        FencedNumber number = open(resource);
        FenceGuard guard = number.guard();
        guard.enter(exclusive(1L << 60));
        open(resource).reset(OTHER, 5);
        assertMismatch(guard, exclusive(1L << 60), OTHER);
        assertStale(guard, FencingToken.exclusive(OTHER, 4), 5);
        assertNotEntered(guard, FencingToken.exclusive(OTHER, 5), 0);
        assertNotEntered(guard, FencingToken.read(OTHER, 5), 0);
        assertNotEntered(guard, FencingToken.permit(OTHER, 6, 1), 0);
        guard.enter(FencingToken.exclusive(OTHER, 5));
        guard.check(FencingToken.exclusive(OTHER, 5));
        number.reset(OTHER, 2);
        guard.enter(FencingToken.exclusive(OTHER, 3));
        guard.check(FencingToken.exclusive(OTHER, 3));
    }

    @Test
    final void anAdministratorSetsTheFloorOfAResourceAtWhichNobodyHasEntered() throws Exception {
        FencedNumber number = open(newResource());
        number.reset(ISSUER, 50);
        assertStale(number.guard(), exclusive(49), 50);
        assertMismatch(number.guard(), FencingToken.exclusive(OTHER, 60), ISSUER);
        number.guard().enter(exclusive(50));
    }

    @Test
    final void readersShareAndAWriterReplacesThem() throws Exception {
        FenceGuard guard = guard();
        FencingToken one = FencingToken.read(ISSUER, 10);
        FencingToken two = FencingToken.read(ISSUER, 11);
        guard.enter(two);
        guard.enter(one);
        guard.check(one);
        guard.check(two);
        assertNotEntered(guard, FencingToken.read(ISSUER, 12), 11);
        assertStale(guard, exclusive(9), 11);
        assertStale(guard, exclusive(10), 11);
        guard.enter(exclusive(12));
        guard.check(exclusive(12));
        assertStale(guard, one, 12);
        assertStale(guard, two, 12);
    }

    @Test
    final void aReaderReplacesTheWriterBeforeIt() throws Exception {
        FenceGuard guard = guard();
        guard.enter(exclusive(20));
        assertStale(guard, FencingToken.read(ISSUER, 19), 20);
        guard.enter(FencingToken.read(ISSUER, 21));
        assertStale(guard, exclusive(20), 21);
        guard.enter(FencingToken.read(ISSUER, 20));
    }

    @Test
    final void permitsShareDownToTheirFloor() throws Exception {
        FenceGuard guard = guard();
        guard.enter(FencingToken.permit(ISSUER, 12, 10));
        guard.enter(FencingToken.permit(ISSUER, 11, 9));
        guard.enter(FencingToken.permit(ISSUER, 10, 8));
        for (long value = 10; value <= 12; value++) {
            guard.check(FencingToken.permit(ISSUER, value, 8));
        }
        assertStale(guard, FencingToken.permit(ISSUER, 9, 8), 10);
        assertNotEntered(guard, FencingToken.permit(ISSUER, 13, 10), 12);
        guard.enter(FencingToken.permit(ISSUER, 13, 12));
        guard.check(FencingToken.permit(ISSUER, 12, 10));
        assertStale(guard, FencingToken.permit(ISSUER, 11, 9), 12);
    }

    @Test
    final void aNewInstanceOverTheSameResourceHasItsMarks() throws Exception {
        String resource = newResource();
        open(resource).guard().enter(exclusive(34));
        open(resource).guard().check(exclusive(34));
        assertStale(open(resource).guard(), exclusive(33), 34);
        assertMismatch(open(resource).guard(), FencingToken.exclusive(OTHER, 40), ISSUER);
        open(resource).guard().enter(FencingToken.read(ISSUER, 36));
        open(resource).guard().check(FencingToken.read(ISSUER, 35));
        assertStale(open(resource).guard(), exclusive(35), 36);
    }

    @Test
    final void resourcesHaveMarksOfTheirOwn() throws Exception {
        String name = newResource();
        List<String> names = List.of(
                name,
                name.toUpperCase(Locale.ROOT),
                name + " ",
                " " + name,
                name + "/",
                name + "}",
                "{" + name + "}",
                name + "%20",
                name + "é",
                name + "e\u0301",
                name + "\n",
                name + "\u0000",
                name + "😀",
                name + "x".repeat(470));
        long value = 100;
        for (String one : names) {
            FenceGuard guard = open(one).guard();
            assertThat(guard.resource()).isEqualTo(one);
            assertNotEntered(guard, exclusive(1), 0);
            guard.enter(exclusive(value--));
        }
        value = 100;
        for (String one : names) {
            open(one).guard().check(exclusive(value--));
        }
    }

    @Test
    final void manyEnterWithOneTokenAtTheSameTime() throws Exception {
        String resource = newResource();
        List<FenceGuard> guards = guards(resource);
        for (long value = 1; value <= 20; value++) {
            FencingToken token = FencingToken.read(ISSUER, value);
            List<Boolean> entered = Threads.inParallel(guards, guard -> {
                guard.enter(token);
                guard.check(token);
                return true;
            });
            assertThat(entered).containsOnly(true);
        }
    }

    /** Who enters after a higher one has entered is refused, whatever happens at the same time. */
    @Test
    final void entersOfManyAreInOneOrder() throws Exception {
        String resource = newResource();
        AtomicLong grants = new AtomicLong();
        AtomicLong highestEntered = new AtomicLong();
        List<List<String>> wrong = Threads.inParallel(guards(resource), guard -> {
            List<String> mistakes = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                // Every other one comes late: others have the chance to enter first.
                FencingToken token = exclusive(grants.incrementAndGet() + (i % 2 == 0 ? 4 : 0));
                long before = highestEntered.get();
                try {
                    guard.enter(token);
                    if (before > token.value()) {
                        mistakes.add(token.value() + " entered after " + before);
                    }
                    highestEntered.accumulateAndGet(token.value(), Math::max);
                } catch (StaleTokenException e) {
                    if (e.current() <= token.value()) {
                        mistakes.add(token.value() + " was refused by " + e.current());
                    }
                }
            }
            return mistakes;
        });
        assertThat(wrong.stream().flatMap(List::stream)).isEmpty();
        long highest = highestEntered.get();
        open(resource).guard().check(exclusive(highest));
        assertStale(open(resource).guard(), exclusive(highest - 1), highest);
    }

    @Test
    final void theGuaranteeSaysAmongWhomItHolds() throws Exception {
        assertThat(guard().guarantees().scope()).isNotBlank();
    }

    private FenceGuard guard() throws Exception {
        return open(newResource()).guard();
    }

    private List<FenceGuard> guards(String resource) throws Exception {
        List<FenceGuard> guards = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            guards.add(open(resource).guard());
        }
        return guards;
    }

    private static void assertStale(FenceGuard guard, FencingToken token, long current) {
        for (Runnable call : calls(guard, token)) {
            assertThatExceptionOfType(StaleTokenException.class)
                    .as("%s", token)
                    .isThrownBy(call::run)
                    .satisfies(e -> assertThat(List.of(e.resource(), e.mine(), e.current()))
                            .containsExactly(guard.resource(), token, current));
        }
    }

    private static void assertNotEntered(FenceGuard guard, FencingToken token, long current) {
        assertThatExceptionOfType(NotEnteredException.class)
                .as("%s", token)
                .isThrownBy(() -> guard.check(token))
                .satisfies(e -> assertThat(List.of(e.resource(), e.mine(), e.current()))
                        .containsExactly(guard.resource(), token, current));
    }

    private static void assertMismatch(FenceGuard guard, FencingToken token, String current) {
        for (Runnable call : calls(guard, token)) {
            assertThatExceptionOfType(IssuerMismatchException.class)
                    .as("%s", token)
                    .isThrownBy(call::run)
                    .satisfies(e -> assertThat(List.of(e.resource(), e.mine(), e.current()))
                            .containsExactly(guard.resource(), token, current));
        }
    }

    private static List<Runnable> calls(FenceGuard guard, FencingToken token) {
        return List.of(() -> guard.enter(token), () -> guard.check(token));
    }
}
