package dev.pawl.lock;

import static dev.pawl.lock.Fixture.LEASE;
import static dev.pawl.lock.Fixture.TICK;
import static dev.pawl.lock.Fixture.TRUSTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** From the call to the grant or the end, on time and a store that the test moves. */
final class AcquisitionTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private final Fixture fixture = new Fixture();
    private final FakeTime time = fixture.time;
    private final FakeStore store = fixture.store;

    private FakeStore.Call asked() {
        return store.only("acquire");
    }

    /** One that the store has answered that others are in front. */
    private Acquisition waiting() {
        Acquisition acquisition = fixture.contend();
        asked().taken(HOUR);
        return acquisition;
    }

    private void message(Acquisition acquisition, long stamp, long base) {
        store.messages.granted(acquisition.grant(0).attempt(), stamp, new AcquireAnswer.Granted(base, base));
    }

    @Test
    void aRequestShowsItsAttemptItsTermsAndWhenItWasSent() {
        fixture.context();
        time.pass(Duration.ofMillis(3));
        Acquisition acquisition = fixture.contend();
        AcquireRequest request = asked().request();
        assertThat(request.attempt()).isEqualTo(acquisition.grant(0).attempt()).startsWith("s-");
        assertThat(request.terms().lease()).isEqualTo(LEASE);
        assertThat(request.queued()).isTrue();
        assertThat(request.stamp()).isEqualTo(3_000_000);
        fixture.tryOnce();
        AcquireRequest other = asked().request();
        assertThat(other.queued()).isFalse();
        assertThat(other.attempt()).isNotEqualTo(request.attempt());
    }

    @Test
    void anAmbiguousRequestIsResolvedByTheSameAttemptAndLeavesATombstone() {
        Acquisition acquisition = fixture.contend();
        FakeStore.Call first = asked();
        time.pass(Duration.ofSeconds(1));
        first.fail(Outcome.UNKNOWN);
        time.pass(Duration.ofMillis(20));
        FakeStore.Call second = asked();
        assertThat(second.request().attempt()).isEqualTo(first.request().attempt());
        assertThat(second.request().stamp()).isGreaterThan(first.request().stamp());
        time.pass(Duration.ofMillis(100));
        second.grant(7);
        LockHandle handle = Fixture.handleOf(acquisition);
        long since = fixture.context().clock.nanos() - second.request().stamp();
        assertThat(handle.remaining()).as("from its own request").isEqualTo(TRUSTED.minusNanos(since));
        handle.releaseAsync();
        assertThat(store.only("release").tombstone()).isEqualTo(LEASE);
    }

    @Test
    void aTombstoneLastsForTenSecondsAtLeast() {
        fixture.options = LockOptions.defaults().withLease(Duration.ofMillis(200));
        Acquisition acquisition = fixture.contend();
        asked();
        acquisition.end();
        assertThat(store.only("release").tombstone()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aRequestThatWasCertainlyNotAppliedLeavesNoTombstone() {
        Acquisition acquisition = fixture.contend();
        asked().fail(Outcome.NOT_APPLIED);
        time.pass(Duration.ofMillis(20));
        asked().grant(7);
        Fixture.handleOf(acquisition).releaseAsync();
        assertThat(store.only("release").tombstone()).isZero();
    }

    @Test
    void aSessionThatThrowsLeavesATombstone() {
        store.throwOnce(new IllegalStateException("planned"));
        Acquisition acquisition = fixture.contend();
        store.assertQuiet();
        acquisition.end();
        assertThat(store.only("release").tombstone()).isEqualTo(LEASE);
    }

    @Test
    void whoLeavesWhileARequestIsUnderWayTakesBackWhateverItDoes() {
        Acquisition acquisition = fixture.contend();
        FakeStore.Call request = asked();
        assertThat(acquisition.end()).isTrue();
        FakeStore.Call release = store.only("release");
        assertThat(release.grant()).isEqualTo(acquisition.grant(0));
        assertThat(release.tombstone()).isEqualTo(LEASE);
        request.grant(7);
        assertThat(acquisition.result()).isCompletedWithValue(Optional.empty());
        assertThat(acquisition.end()).as("again").isFalse();
        message(acquisition, 0, 7);
        release.answer(true);
        time.pass(HOUR);
        store.assertQuiet();
        assertThat(fixture.heard()).containsExactly("NotAcquired");
        assertThat(fixture.context().left()).isEmpty();
    }

    @Test
    void whoLeavesTheQueueTellsTheStoreUntilItAnswers() {
        Acquisition acquisition = waiting();
        acquisition.end();
        FakeStore.Call release = store.only("release");
        assertThat(release.tombstone()).isZero();
        release.fail(Outcome.UNKNOWN);
        time.pass(Duration.ofMillis(20));
        store.only("release").answer(false);
        time.pass(HOUR);
        store.assertQuiet();
    }

    @Test
    void whoDoesNotWaitGetsAnAnswerAndLeavesNothing() {
        Acquisition acquisition = fixture.tryOnce();
        asked().taken(HOUR);
        assertThat(acquisition.result()).isCompletedWithValue(Optional.empty());
        time.pass(HOUR);
        store.assertQuiet();
        assertThat(fixture.context().left()).isEmpty();
    }

    @Test
    void whoDoesNotWaitFailsWithTheStoreAndTakesBackWhatMayComeYet() {
        Acquisition acquisition = fixture.tryOnce();
        asked().fail(Outcome.UNKNOWN);
        assertThat(acquisition.result()).isCompletedExceptionally();
        assertThat(store.only("release").tombstone()).isEqualTo(LEASE);
        assertThat(fixture.heard()).containsExactly("Failed");
    }

    @Test
    void whoDoesNotWaitAsksNobodyWhileItsOwnProcessHolds() {
        LockHandle handle = fixture.held(5);
        assertThat(fixture.tryOnce().result()).isCompletedWithValue(Optional.empty());
        store.assertQuiet();
        time.pause(TRUSTED);
        fixture.tryOnce();
        asked().grant(6);
        assertThat(handle.remaining()).isZero();
    }

    @Test
    void anAnswerThatTookAWholeLeaseIsAskedAnewOrFails() {
        Acquisition acquisition = fixture.contend();
        FakeStore.Call slow = asked();
        time.pass(TRUSTED);
        slow.grant(7);
        assertThat(acquisition.result()).isNotDone();
        asked().grant(7);
        assertThat(Fixture.handleOf(acquisition).remaining()).isEqualTo(TRUSTED);
        Fixture.handleOf(acquisition).releaseAsync();
        store.only("release").answer(true);
        Acquisition passing = fixture.tryOnce();
        FakeStore.Call late = asked();
        time.pass(TRUSTED);
        late.grant(8);
        assertThat(passing.result()).isCompletedExceptionally();
        assertThat(store.only("release").grant()).isEqualTo(passing.grant(0));
    }

    @Test
    void aStoreThatFailsIsAskedForAsLongAsThePatienceLasts() {
        Acquisition acquisition = fixture.contend();
        int requests = 0;
        while (!acquisition.result().isDone()) {
            requests++;
            asked().fail(Outcome.NOT_APPLIED);
            time.pass(Duration.ofMillis(1_000));
            store.calls.removeIf(call -> call.what().equals("release"));
        }
        assertThat(requests).isBetween(10, 25);
        assertThatThrownBy(acquisition.result()::join).hasCauseInstanceOf(BackendException.class);
        assertThat(fixture.context().left()).isEmpty();
    }

    @Test
    void anAnswerEndsTheCountOfFailures() {
        Acquisition acquisition = fixture.contend();
        for (int i = 0; i < 30; i++) {
            asked().fail(Outcome.NOT_APPLIED);
            assertThat(acquisition.isFailing()).isTrue();
            time.pass(Duration.ofMillis(20));
            asked().taken(HOUR);
            assertThat(acquisition.isFailing()).isFalse();
            time.pass(Duration.ofSeconds(1));
        }
        assertThat(acquisition.result()).isNotDone();
    }

    @Test
    void withoutPatienceTheFirstFailureIsTheEnd() {
        fixture.patience = Duration.ZERO;
        Acquisition acquisition = fixture.contend();
        asked().fail(Outcome.NOT_APPLIED);
        assertThat(acquisition.result()).isCompletedExceptionally();
    }

    @Test
    void anEndlessPatienceDoesNotOverflow() {
        fixture.patience = Duration.ofSeconds(Long.MAX_VALUE);
        Acquisition acquisition = fixture.contend();
        asked().fail(Outcome.NOT_APPLIED);
        assertThat(acquisition.result()).isNotDone();
    }

    @Test
    void whoWaitsAsksEachSecondAtLeastOrWhenTheLeaseInFrontEnds() {
        waiting();
        time.pass(Duration.ofMillis(499));
        store.assertQuiet();
        time.pass(Duration.ofMillis(501));
        asked().taken(Duration.ofMillis(30));
        time.pass(Duration.ofMillis(31).minus(TICK));
        store.assertQuiet();
        time.pass(TICK);
        asked();
    }

    @Test
    void aShortLeaseIsAskedForEachThirdOfItSoThatThePlaceDoesNotLapse() {
        fixture.options = LockOptions.defaults().withLease(Duration.ofMillis(300));
        waiting();
        time.pass(Duration.ofMillis(100));
        asked();
    }

    @Test
    void aCallOfTheStoreMakesItAskAtOnce() {
        Acquisition acquisition = waiting();
        store.messages.wake(acquisition.grant(0).attempt());
        FakeStore.Call request = asked();
        // An answer that was on its way already may be older than the call.
        store.messages.wake(acquisition.grant(0).attempt());
        store.assertQuiet();
        request.taken(HOUR);
        asked().taken(HOUR);
        store.messages.missed();
        asked().taken(HOUR);
        store.messages.wake("somebody");
        store.assertQuiet();
    }

    @Test
    void aCallOfTheStoreEndsTheWaitAfterAFailure() {
        Acquisition acquisition = waiting();
        store.messages.wake(acquisition.grant(0).attempt());
        asked().fail(Outcome.NOT_APPLIED);
        store.messages.missed();
        asked();
    }

    @Test
    void aGrantByMessageCountsFromTheRequestThatRenewedThePlace() {
        Acquisition acquisition = fixture.contend();
        FakeStore.Call first = asked();
        first.taken(HOUR);
        time.pass(Duration.ofSeconds(1));
        asked().taken(HOUR);
        time.pass(Duration.ofMillis(100));
        message(acquisition, first.request().stamp(), 9);
        LockHandle handle = Fixture.handleOf(acquisition);
        assertThat(handle.remaining()).isEqualTo(TRUSTED.minusMillis(1_100));
        message(acquisition, first.request().stamp(), 9);
        handle.releaseAsync();
        assertThat(store.only("release").tombstone()).isZero();
    }

    @Test
    void aGrantByMessageIsHeldBackUntilTheRequestUnderWayIsAnswered() {
        Acquisition acquisition = fixture.contend();
        FakeStore.Call request = asked();
        message(acquisition, request.request().stamp(), 9);
        assertThat(acquisition.result()).isNotDone();
        request.taken(HOUR);
        LockHandle handle = Fixture.handleOf(acquisition);
        assertThat(handle.token().value()).isEqualTo(9 << 10);
        handle.releaseAsync();
        assertThat(store.only("release").tombstone()).isZero();
    }

    @Test
    void aGrantByMessageWhoseRequestIsNeverAnsweredLeavesATombstone() {
        Acquisition acquisition = fixture.contend();
        FakeStore.Call request = asked();
        message(acquisition, request.request().stamp(), 9);
        request.fail(Outcome.UNKNOWN);
        LockHandle handle = Fixture.handleOf(acquisition);
        handle.releaseAsync();
        assertThat(store.only("release").tombstone()).isEqualTo(LEASE);
        store.assertQuiet();
    }

    @Test
    void aGrantOfWhichHalfIsOverIsRenewedBeforeItIsHandedOut() {
        Acquisition acquisition = fixture.contend();
        FakeStore.Call request = asked();
        request.taken(HOUR);
        time.pause(LEASE.dividedBy(2));
        message(acquisition, request.request().stamp(), 9);
        assertThat(acquisition.result()).isNotDone();
        asked().grant(9);
        assertThat(Fixture.handleOf(acquisition).remaining()).isEqualTo(TRUSTED);
    }

    @Test
    void questionsThatAreNotNeededAnyMoreAreNotAsked() {
        Acquisition acquisition = waiting();
        time.pass(Duration.ofMillis(200));
        assertThat(time.timers()).as("the pulse and the next question").isEqualTo(2);
        store.messages.wake(acquisition.grant(0).attempt());
        assertThat(time.timers()).as("while it asks").isEqualTo(1);
        asked().taken(HOUR);
        message(acquisition, 0, 9);
        assertThat(time.timers()).as("the pulse and the lease").isEqualTo(2);
        fixture.options = LockOptions.defaults().inOrder();
        Acquisition leaving = waiting();
        leaving.end();
        assertThat(time.timers()).isEqualTo(2);
    }

    @Test
    void whoLeavesBeforeItsTurnIsNotKept() {
        Acquisition acquisition = fixture.contend();
        asked().stage().complete(new AcquireAnswer.Ended());
        store.only("release").answer(false);
        acquisition.contend();
        store.assertQuiet();
        assertThat(fixture.context().left()).isEmpty();
    }

    @Test
    void aLossWithARequestUnansweredLeavesATombstoneAndNoRelease() {
        Acquisition acquisition = fixture.contend();
        asked().fail(Outcome.UNKNOWN);
        fixture.time.pass(Duration.ofSeconds(1));
        asked().grant(9);
        LockHandle handle = Fixture.handleOf(acquisition);
        fixture.time.pause(Fixture.TRUSTED);
        assertThat(handle.state()).isEqualTo(LockState.LOST);
        FakeStore.Call release = store.only("release");
        assertThat(release.tombstone()).isEqualTo(LEASE);
        assertThat(release.grant().base()).isEqualTo(AcquireAnswer.GREATEST_BASE);
        release.answer(false);
        store.assertQuiet();
    }

    @Test
    void anAttemptThatTheStoreHasEndedFails() {
        Acquisition acquisition = fixture.contend();
        asked().stage().complete(new AcquireAnswer.Ended());
        assertThatThrownBy(acquisition.result()::join)
                .hasCauseInstanceOf(BackendException.class)
                .hasMessageContaining("attempt was ended in the store: resource=");
    }

    @Test
    void oneContenderOfAProcessAsksAndTheNextFollowsIt() {
        Acquisition first = waiting();
        Acquisition second = fixture.contend();
        Acquisition third = fixture.contend();
        store.assertQuiet();
        second.end();
        store.assertQuiet();
        first.end();
        assertThat(store.calls).extracting(FakeStore.Call::what).containsExactly("release", "acquire");
        assertThat(store.calls.getLast().request().attempt())
                .isEqualTo(third.grant(0).attempt());
        third.end();
        assertThat(fixture.context().left()).isEmpty();
    }

    @Test
    void afterALossTheNextContenderAsks() {
        LockHandle handle = fixture.held(5);
        fixture.contend();
        time.pass(LEASE.dividedBy(3));
        store.only("renew").answer(false);
        asked().grant(6);
        assertThat(handle.state()).isEqualTo(LockState.LOST);
    }

    @Test
    void fairContendersAllStandInTheQueueOfTheStore() {
        fixture.options = LockOptions.defaults().inOrder();
        Acquisition first = waiting();
        Acquisition second = waiting();
        first.end();
        store.only("release").answer(false);
        message(second, 0, 9);
        assertThat(Fixture.handleOf(second).token().value()).isEqualTo(9 << 10);
    }

    @Test
    void aGrantToOneThatAskedByTheWayDoesNotHoldUpTheQueue() {
        Acquisition waiting = waiting();
        Acquisition passing = fixture.tryOnce();
        asked().grant(5);
        LockHandle handle = Fixture.handleOf(passing);
        Acquisition behind = fixture.contend();
        handle.releaseAsync();
        store.only("release").answer(true);
        assertThat(behind.result()).as("no hand-over while another contends").isNotDone();
        message(waiting, 0, 6);
        Fixture.handleOf(waiting).releaseAsync();
        assertThat(Fixture.handleOf(behind).token().value()).isEqualTo(6 << 10 | 1);
    }

    @Test
    void readersOfAProcessFollowEachOtherToTheStore() {
        fixture.mode = FencingToken.Kind.READ;
        Acquisition first = fixture.contend();
        Acquisition second = fixture.contend();
        asked().grant(1);
        asked().grant(2);
        assertThat(Fixture.handleOf(first).token().value()).isEqualTo(1 << 10);
        assertThat(Fixture.handleOf(second).token().value()).isEqualTo(2 << 10);
        Fixture.handleOf(first).releaseAsync();
        Fixture.handleOf(second).releaseAsync();
        assertThat(fixture.context().queues.size()).isZero();
    }

    @Test
    void theCloseOfTheServiceEndsContendersInEveryPhase() {
        Acquisition waiting = waiting();
        Acquisition local = fixture.contend();
        fixture.options = LockOptions.defaults().inOrder();
        Acquisition asking = fixture.contend();
        asked();
        Acquisition failing = fixture.contend();
        asked().fail(Outcome.NOT_APPLIED);
        fixture.context().close();
        for (Acquisition acquisition : new Acquisition[] {waiting, local, asking, failing, fixture.contend()}) {
            assertThatThrownBy(acquisition.result()::join)
                    .hasCauseInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        }
        assertThat(store.calls)
                .extracting(FakeStore.Call::what)
                .containsOnly("release")
                .hasSize(3);
        assertThat(fixture.context().left()).isEmpty();
    }

    @Test
    void theCloseOfTheServiceEndsAnyNumberOfContenders() {
        waiting();
        Acquisition last = fixture.contend();
        for (int i = 0; i < 20_000; i++) {
            last = fixture.contend();
        }
        fixture.context().close();
        assertThat(last.result()).isCompletedExceptionally();
        assertThat(fixture.context().left()).isEmpty();
    }

    @Test
    void aContenderThatFollowsWhileTheServiceClosesIsEnded() {
        Acquisition first = fixture.contend();
        FakeStore.Call request = asked();
        Acquisition second = fixture.contend();
        // The first one leaves behind the sweep of the queue, so that the second turns to the store after it.
        fixture.context().queues.ended(second);
        CompletableFuture<Object> closing = new CompletableFuture<>();
        first.result().whenComplete((handle, failure) -> {
            fixture.context().queues.add(second);
            closing.complete("done");
        });
        fixture.context().close();
        assertThat(closing).isDone();
        assertThat(second.result()).isCompletedExceptionally();
        assertThat(request.stage()).isNotDone();
        assertThat(fixture.context().left()).isEmpty();
    }

    @Test
    void aGrantThatComesWhileTheServiceClosesIsLostAtOnce() {
        Acquisition passing = fixture.tryOnce();
        FakeStore.Call request = asked();
        fixture.context().close();
        request.grant(5);
        LockHandle handle = Fixture.handleOf(passing);
        assertThat(handle.state()).isEqualTo(LockState.LOST);
        assertThat(fixture.context().left()).isEmpty();
    }

    @Test
    void aHoldThatEndsBeforeItBeginsDoesNotStayInTheQueue() {
        Acquisition passing = fixture.tryOnce();
        FakeStore.Call request = asked();
        time.runTimersAtOnce();
        time.pass(TRUSTED.minus(TICK));
        // Between the look at the answer and the hold.
        time.atReading(2, () -> time.pause(TICK));
        request.grant(5);
        assertThat(Fixture.handleOf(passing).state()).isEqualTo(LockState.LOST);
        fixture.contend();
        asked();
        assertThat(fixture.context().pulse.holds()).isEmpty();
    }

    @Test
    void eventsTellOfGrantsAndHandOvers() {
        LockHandle handle = fixture.held(5);
        fixture.contend();
        time.pass(Duration.ofSeconds(2));
        handle.releaseAsync();
        assertThat(fixture.events)
                .filteredOn(LockEvent.Acquired.class::isInstance)
                .satisfiesExactly(
                        first -> assertThat(((LockEvent.Acquired) first).handedOver())
                                .isFalse(),
                        second -> {
                            assertThat(((LockEvent.Acquired) second).handedOver())
                                    .isTrue();
                            assertThat(((LockEvent.Acquired) second).waited()).isEqualTo(Duration.ofSeconds(2));
                        });
        assertThat(fixture.events)
                .filteredOn(LockEvent.Released.class::isInstance)
                .singleElement()
                .satisfies(
                        event -> assertThat(((LockEvent.Released) event).held()).isEqualTo(Duration.ofSeconds(2)));
    }
}
