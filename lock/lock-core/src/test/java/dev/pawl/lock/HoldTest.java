package dev.pawl.lock;

import static dev.pawl.lock.Fixture.LEASE;
import static dev.pawl.lock.Fixture.TICK;
import static dev.pawl.lock.Fixture.TRUSTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** From the grant to its end, on time and a store that the test moves. */
final class HoldTest {

    private final Fixture fixture = new Fixture();
    private final FakeTime time = fixture.time;
    private final FakeStore store = fixture.store;

    private FakeStore.Call renewal() {
        return store.only("renew");
    }

    @Test
    void aLeaseCountsFromTheSendingOfItsRequest() {
        Acquisition acquisition = fixture.contend();
        time.pass(Duration.ofSeconds(1));
        store.only("acquire").grant(5);
        LockHandle handle = Fixture.handleOf(acquisition);
        assertThat(handle.remaining()).isEqualTo(TRUSTED.minusSeconds(1));
        assertThat(handle.token().value()).isEqualTo(5 << 10);
        assertThat(handle.token().issuer()).isEqualTo("fake//lock/a");
        assertThat(handle.state()).isEqualTo(LockState.HELD);
    }

    @Test
    void aThirdOfALeaseAfterItsSendingItIsRenewedAndCountsFromThat() {
        LockHandle handle = fixture.held(5);
        time.pass(LEASE.dividedBy(3).minus(TICK));
        store.assertQuiet();
        time.pass(TICK);
        FakeStore.Call renewal = renewal();
        assertThat(renewal.grant().base()).isEqualTo(5);
        time.pass(Duration.ofSeconds(1));
        renewal.answer(true);
        assertThat(handle.remaining()).isEqualTo(TRUSTED.minusSeconds(1));
        time.pass(LEASE.dividedBy(3).minusSeconds(1).minus(TICK));
        store.assertQuiet();
        time.pass(TICK);
        renewal().answer(true);
        assertThat(fixture.heard()).containsExactly("Acquired", "Renewed", "Renewed");
    }

    @Test
    void aWallClockThatIsSetBackStopsNoRenewalAndHidesNoEnd() {
        LockHandle handle = fixture.held(5);
        time.setWall(Duration.ofHours(-1));
        time.pass(LEASE.dividedBy(3));
        renewal().answer(true);
        assertThat(handle.remaining()).isEqualTo(TRUSTED);
        time.setWall(Duration.ofHours(-1));
        time.pass(TRUSTED);
        assertThat(fixture.losses).hasSize(1);
    }

    @Test
    void anAnswerToAnOlderRequestShortensNothing() {
        LockHandle handle = fixture.held(5);
        time.pass(LEASE.dividedBy(2));
        FakeStore.Call older = store.calls.remove();
        FakeStore.Call newer = store.calls.remove();
        newer.answer(true);
        Duration left = handle.remaining();
        older.answer(true);
        assertThat(handle.remaining()).isEqualTo(left).isGreaterThan(TRUSTED.minusSeconds(1));
    }

    @Test
    void aRenewalWithoutAnAnswerIsRepeatedAtHalfOfTheLeaseAndSoonFromThereOn() {
        fixture.held(5);
        List<Long> sent = new ArrayList<>();
        for (int millis = 0; millis < TRUSTED.toMillis(); millis += 10) {
            time.pass(Duration.ofMillis(10));
            int at = millis + 10;
            store.calls.forEach(call -> sent.add((long) at));
            store.calls.clear();
        }
        assertThat(sent).containsExactly(10_000L, 14_700L, 17_700L, 20_700L, 23_700L, 26_700L);
    }

    @Test
    void aRenewalThatFailsIsRepeatedSoon() {
        LockHandle handle = fixture.held(5);
        time.pass(LEASE.dividedBy(3));
        renewal().fail(Outcome.UNKNOWN);
        time.pass(Duration.ofSeconds(3).minus(TICK));
        store.assertQuiet();
        time.pass(TICK);
        renewal().fail(Outcome.NOT_APPLIED);
        time.pass(Duration.ofSeconds(3));
        renewal().answer(true);
        assertThat(handle.remaining()).isEqualTo(TRUSTED);
        assertThat(fixture.heard()).containsExactly("Acquired", "Failed", "Failed", "Renewed");
    }

    @Test
    void aLeaseThatNobodyConfirmsIsLostOnceAtItsEndAndNotRevived() {
        LockHandle handle = fixture.held(5);
        time.pass(TRUSTED.minus(TICK));
        assertThat(handle.remaining()).isEqualTo(TICK);
        assertThat(fixture.losses).isEmpty();
        time.pass(TICK);
        assertThat(fixture.losses)
                .containsExactly(new LockLost(handle.resource(), handle.token(), LossCause.LEASE_ENDED));
        store.calls.forEach(call -> call.answer(true));
        time.pass(LEASE);
        assertThat(handle.remaining()).isZero();
        assertThat(handle.state()).isEqualTo(LockState.LOST);
        assertThat(fixture.losses).hasSize(1);
        assertThat(fixture.events.stream().filter(LockEvent.Lost.class::isInstance))
                .hasSize(1);
        assertThat(time.timers()).as("timers left").isZero();
        assertThat(fixture.context().left()).isEmpty();
    }

    @Test
    void aLossIsNoticedByTheFirstLookAfterAPause() {
        LockHandle handle = fixture.held(5);
        time.pause(TRUSTED);
        assertThat(fixture.losses).isEmpty();
        assertThat(handle.remaining()).isZero();
        assertThat(fixture.losses).hasSize(1);
        assertThatThrownBy(() -> handle.ensureValid(Duration.ZERO))
                .isInstanceOfSatisfying(
                        LockLostException.class,
                        e -> assertThat(e.lost().cause()).isEqualTo(LossCause.LEASE_ENDED));
        store.calls.clear();
        time.pass(LEASE);
        store.assertQuiet();
    }

    @Test
    void aRenewalThatTheStoreRefusesIsALoss() {
        LockHandle handle = fixture.held(5);
        time.pass(LEASE.dividedBy(3));
        renewal().answer(false);
        assertThat(handle.state()).isEqualTo(LockState.LOST);
        assertThat(fixture.losses).extracting(LockLost::cause).containsExactly(LossCause.GONE_FROM_STORE);
    }

    @Test
    void aSessionThatThrowsCountsLikeAFailedAnswer() {
        LockHandle handle = fixture.held(5);
        store.throwOnce(new IllegalStateException("planned"));
        time.pass(LEASE.dividedBy(3));
        time.pass(Duration.ofSeconds(3));
        renewal().answer(true);
        assertThat(handle.remaining()).isEqualTo(TRUSTED);
    }

    @Test
    void aLockThatIsNotRenewedAsksNobodyAndEnds() {
        fixture.options = LockOptions.defaults().notRenewed();
        LockHandle handle = fixture.held(5);
        time.pass(TRUSTED);
        store.assertQuiet();
        assertThat(handle.state()).isEqualTo(LockState.LOST);
        assertThat(fixture.losses).hasSize(1);
    }

    @Test
    void aHolderLosesTheLockAfterTheGreatestTime() {
        fixture.options = LockOptions.defaults().withMaxHold(Duration.ofSeconds(45));
        Acquisition acquisition = fixture.contend();
        time.pass(Duration.ofSeconds(1));
        store.only("acquire").grant(5);
        LockHandle handle = Fixture.handleOf(acquisition);
        handle.onLost(fixture.losses::add);
        for (int second = 0; second < 44; second++) {
            time.pass(Duration.ofSeconds(1));
            store.calls.forEach(call -> call.answer(true));
            store.calls.clear();
        }
        assertThat(handle.remaining()).isEqualTo(Duration.ofSeconds(1));
        time.pass(Duration.ofSeconds(1));
        assertThat(fixture.losses).extracting(LockLost::cause).containsExactly(LossCause.HELD_TOO_LONG);
    }

    @Test
    void whoIsHandedALockMayHoldItForAGreatestTimeOfItsOwn() {
        fixture.options = LockOptions.defaults().withMaxHold(Duration.ofSeconds(30));
        LockHandle handle = fixture.held(5);
        Acquisition next = fixture.contend();
        time.pass(Duration.ofSeconds(12));
        renewal().answer(true);
        assertThat(handle.release()).isEqualTo(ReleaseResult.RELEASED);
        LockHandle handed = Fixture.handleOf(next);
        for (int i = 0; i < 29; i++) {
            time.pass(Duration.ofSeconds(1));
            store.calls.forEach(call -> call.answer(true));
            store.calls.clear();
        }
        assertThat(handed.state()).isEqualTo(LockState.HELD);
        time.pass(Duration.ofSeconds(1));
        assertThat(handed.state()).isEqualTo(LockState.LOST);
        assertThat(handle.state()).isEqualTo(LockState.RELEASED);
        assertThat(fixture.losses).isEmpty();
    }

    @Test
    void afterAPauseOfAQuarterOfTheLeaseItIsSuspectUntilTheStoreConfirms() {
        LockHandle handle = fixture.held(5);
        time.pass(LEASE.dividedBy(3));
        FakeStore.Call before = renewal();
        time.pause(Duration.ofMillis(7_600));
        time.pass(Duration.ZERO);
        assertThat(handle.state()).isEqualTo(LockState.SUSPECT);
        assertThat(handle.remaining()).isPositive();
        FakeStore.Call after = renewal();
        before.answer(true);
        assertThat(handle.state()).as("by an answer to a request from before").isEqualTo(LockState.SUSPECT);
        after.answer(true);
        assertThat(handle.state()).isEqualTo(LockState.HELD);
        assertThat(fixture.heard()).contains("Suspected");
    }

    @Test
    void aShortPauseRaisesNoSuspicionButWhatWasDueIsDone() {
        LockHandle handle = fixture.held(5);
        time.pass(Duration.ofMillis(9_990));
        // The monotonic clock, and the timers on it, do not see that the third of the lease is over.
        time.suspend(Duration.ofSeconds(7));
        time.pass(Duration.ofMillis(10));
        assertThat(handle.state()).isEqualTo(LockState.HELD);
        renewal().answer(true);
    }

    @Test
    void aSuspensionBeyondTheLeaseIsNoticedByThePulse() {
        fixture.held(5);
        time.pass(Duration.ofSeconds(1));
        time.suspend(LEASE);
        time.pass(Duration.ofMillis(50));
        assertThat(fixture.losses).hasSize(1);
    }

    @Test
    void aSuspectThatIsNotRenewedIsVerifiedUntilTheStoreAnswers() {
        fixture.options = LockOptions.defaults().notRenewed();
        LockHandle handle = fixture.held(5);
        time.pause(Duration.ofSeconds(8));
        time.pass(Duration.ZERO);
        assertThat(handle.state()).isEqualTo(LockState.SUSPECT);
        store.only("verify").fail(Outcome.UNKNOWN);
        time.pass(Duration.ofSeconds(3));
        store.only("verify").answer(true);
        assertThat(handle.state()).isEqualTo(LockState.HELD);
        assertThat(handle.remaining()).isEqualTo(TRUSTED.minusSeconds(11));
        time.pass(Duration.ofSeconds(15));
        store.assertQuiet();
    }

    @Test
    void renewalStopsBeforeTheReleaseIsSent() {
        LockHandle handle = fixture.held(5);
        time.pass(LEASE.dividedBy(3).minus(TICK));
        CompletableFuture<ReleaseResult> result = handle.releaseAsync();
        FakeStore.Call release = store.only("release");
        assertThat(release.grant().base()).isEqualTo(5);
        assertThat(release.tombstone()).isZero();
        time.pass(LEASE);
        store.assertQuiet();
        assertThat(handle.remaining()).isZero();
        assertThat(result).isNotDone();
        release.answer(true);
        assertThat(result).isCompletedWithValue(ReleaseResult.RELEASED);
        assertThat(handle.releaseAsync()).isCompletedWithValue(ReleaseResult.RELEASED);
        assertThat(handle.release()).isEqualTo(ReleaseResult.RELEASED);
        handle.close();
        store.assertQuiet();
        assertThat(fixture.losses).isEmpty();
        assertThat(fixture.heard()).containsExactly("Acquired", "Released");
        assertThat(fixture.context().left()).isEmpty();
    }

    @Test
    void aRenewalThatIsAnsweredAfterTheReleaseBringsNothingBack() {
        LockHandle handle = fixture.held(5);
        time.pass(LEASE.dividedBy(3));
        FakeStore.Call renewal = renewal();
        handle.releaseAsync();
        renewal.answer(true);
        assertThat(handle.state()).isEqualTo(LockState.RELEASED);
        store.only("release").answer(true);
        time.pass(LEASE);
        store.assertQuiet();
        assertThat(fixture.heard()).doesNotContain("Renewed");
    }

    @Test
    void anAnswerThatComesAfterAnEndThatNobodyNoticedRevivesNothing() {
        LockHandle handle = fixture.held(5);
        time.pass(LEASE.dividedBy(3));
        FakeStore.Call renewal = renewal();
        time.pause(TRUSTED.minus(LEASE.dividedBy(3)));
        renewal.answer(true);
        assertThat(handle.state()).isEqualTo(LockState.LOST);
        assertThat(fixture.heard()).doesNotContain("Renewed");
    }

    @Test
    void aRenewalThatFailsAfterTheReleaseIsNotRepeated() {
        LockHandle handle = fixture.held(5);
        time.pass(LEASE.dividedBy(3));
        FakeStore.Call renewal = renewal();
        handle.releaseAsync();
        store.only("release").answer(true);
        renewal.fail(Outcome.UNKNOWN);
        time.pass(Duration.ofMillis(50));
        assertThat(time.timers()).isZero();
    }

    @Test
    void aLeaseThatEndsInTheMidstOfAReleaseIsNotReleased() {
        LockHandle handle = fixture.held(5);
        time.atReading(3, () -> time.pause(TRUSTED));
        assertThat(handle.release()).isEqualTo(ReleaseResult.ALREADY_LOST);
        store.assertQuiet();
        assertThat(fixture.losses).as("told besides").isEmpty();
        assertThat(fixture.context().left()).isEmpty();
    }

    @Test
    void aHandleThatWasReleasedMeanwhileIsNotVerified() {
        LockHandle handle = fixture.held(5);
        fixture.contend();
        CompletableFuture<Boolean> asked = CompletableFuture.supplyAsync(handle::verify);
        await().until(() -> !store.calls.isEmpty());
        FakeStore.Call verification = store.only("verify");
        handle.releaseAsync();
        verification.answer(true);
        assertThat(asked.join()).isFalse();
    }

    @Test
    void aHoldThatAnotherHasFollowedLeavesTheQueueToThat() {
        LockHandle old = fixture.held(5);
        fixture.options = LockOptions.defaults().inOrder();
        Acquisition fair = fixture.contend();
        store.only("acquire").grant(6);
        fixture.options = LockOptions.defaults();
        Acquisition behind = fixture.contend();
        assertThat(old.state()).as("as if nobody had noticed its end").isEqualTo(LockState.HELD);
        old.releaseAsync();
        store.only("release").answer(false);
        assertThat(behind.result()).as("handed over by the older one").isNotDone();
        Fixture.handleOf(fair).releaseAsync();
        assertThat(store.calls).extracting(FakeStore.Call::what).containsExactly("release", "acquire");
    }

    @Test
    void aContenderThatLeavesWhileItIsHandedTheLockIsPassedOver() {
        LockHandle handle = fixture.held(5);
        Acquisition leaving = fixture.contend();
        leaving.end();
        // As if the release had found it in the queue right before.
        fixture.context().queues.add(leaving);
        Acquisition next = fixture.contend();
        assertThat(handle.release()).isEqualTo(ReleaseResult.RELEASED);
        assertThat(leaving.result()).isCompletedWithValue(Optional.empty());
        LockHandle handed = Fixture.handleOf(next);
        assertThat(handed.token().value()).isEqualTo(5 << 10 | 2);
        assertThat(handed.state()).isEqualTo(LockState.HELD);
    }

    @Test
    void aRenewalThatIsRefusedAfterTheReleaseIsNoLoss() {
        LockHandle handle = fixture.held(5);
        time.pass(LEASE.dividedBy(3));
        FakeStore.Call renewal = renewal();
        handle.releaseAsync();
        renewal.answer(false);
        store.only("release").answer(true);
        assertThat(handle.state()).isEqualTo(LockState.RELEASED);
        assertThat(fixture.losses).isEmpty();
    }

    @Test
    void aReleaseThatTheStoreDoesNotKnowWasTooLate() {
        LockHandle handle = fixture.held(5);
        CompletableFuture<ReleaseResult> result = handle.releaseAsync();
        store.only("release").answer(false);
        assertThat(result).isCompletedWithValue(ReleaseResult.ALREADY_LOST);
        handle.close();
    }

    @Test
    void aReleaseWithoutAnAnswerIsUnknownAndRepeatedWhileTheLeaseMayRun() {
        LockHandle handle = fixture.held(5);
        CompletableFuture<ReleaseResult> result = handle.releaseAsync();
        store.only("release").fail(Outcome.UNKNOWN);
        assertThat(result).isCompletedWithValue(ReleaseResult.UNKNOWN);
        int repeated = 0;
        for (int second = 0; second < 40; second++) {
            time.pass(Duration.ofSeconds(1));
            repeated += store.calls.size();
            store.calls.forEach(call -> call.fail(Outcome.UNKNOWN));
            store.calls.clear();
        }
        assertThat(repeated).isBetween(29, 60);
        time.pass(LEASE);
        store.assertQuiet();
        assertThat(handle.release()).isEqualTo(ReleaseResult.UNKNOWN);
    }

    @Test
    void aRepeatedReleaseThatIsAnsweredIsTheLast() {
        LockHandle handle = fixture.held(5);
        handle.releaseAsync();
        store.only("release").fail(Outcome.UNKNOWN);
        time.pass(Duration.ofMillis(20));
        store.only("release").answer(false);
        time.pass(LEASE);
        store.assertQuiet();
        assertThat(handle.release()).isEqualTo(ReleaseResult.UNKNOWN);
    }

    @Test
    void aLostHandleIsNotReleasedAtTheStore() {
        LockHandle handle = fixture.held(5);
        time.pause(TRUSTED);
        assertThat(handle.release()).isEqualTo(ReleaseResult.ALREADY_LOST);
        store.assertQuiet();
        assertThat(handle.state()).isEqualTo(LockState.LOST);
        assertThat(fixture.losses).hasSize(1);
        handle.close();
    }

    @Test
    void closeThrowsForALossAndHidesNoExceptionOfTheBody() {
        LockHandle lost = fixture.held(5);
        time.pause(TRUSTED);
        assertThatThrownBy(lost::close).isInstanceOf(LockLostException.class).hasMessageContaining("LEASE_ENDED");
        lost.close();
        LockHandle again = fixture.held(6);
        time.pause(TRUSTED);
        assertThatThrownBy(() -> {
                    try (again) {
                        throw new IllegalArgumentException("body");
                    }
                })
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.getSuppressed()).hasOnlyElementsOfType(LockLostException.class));
    }

    @Test
    void closeThrowsWhereTheStoreKnewOfALossFirst() {
        LockHandle handle = fixture.held(5);
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread closing = new Thread(() -> {
            try {
                handle.close();
                thrown.complete(new AssertionError("nothing was thrown"));
            } catch (RuntimeException e) {
                thrown.complete(e);
            }
        });
        closing.start();
        await().until(() -> handle.state() == LockState.RELEASED && !store.calls.isEmpty());
        store.only("release").answer(false);
        assertThat(thrown.join()).isInstanceOf(LockLostException.class).hasMessageContaining("GONE_FROM_STORE");
    }

    @Test
    void verifyAsksTheStore() {
        LockHandle handle = fixture.held(5);
        CompletableFuture<Boolean> asked = CompletableFuture.supplyAsync(handle::verify);
        await().until(() -> !store.calls.isEmpty());
        store.only("verify").answer(true);
        assertThat(asked.join()).isTrue();
        assertThat(handle.remaining()).as("a look renews nothing").isEqualTo(TRUSTED);
        CompletableFuture<Boolean> failing = CompletableFuture.supplyAsync(handle::verify);
        await().until(() -> !store.calls.isEmpty());
        store.only("verify").fail(Outcome.UNKNOWN);
        assertThatThrownBy(failing::join).hasCauseInstanceOf(BackendException.class);
        assertThat(handle.state()).isEqualTo(LockState.HELD);
        CompletableFuture<Boolean> gone = CompletableFuture.supplyAsync(handle::verify);
        await().until(() -> !store.calls.isEmpty());
        store.only("verify").answer(false);
        assertThat(gone.join()).isFalse();
        assertThat(handle.state()).isEqualTo(LockState.LOST);
        assertThat(handle.verify()).isFalse();
        store.assertQuiet();
    }

    @Test
    void ensureValidWantsEnough() {
        LockHandle handle = fixture.held(5);
        handle.ensureValid(TRUSTED);
        assertThatThrownBy(() -> handle.ensureValid(TRUSTED.plus(TICK))).isInstanceOf(LockLostException.class);
        assertThatThrownBy(() -> handle.ensureValid(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
        handle.ensureValid(Duration.ZERO);
        handle.releaseAsync();
        assertThatThrownBy(() -> handle.ensureValid(Duration.ZERO))
                .isInstanceOf(LockLostException.class)
                .hasMessageContaining("RELEASED");
        assertThat(handle.verify()).isFalse();
    }

    @Test
    void aCallbackIsToldAtOnceOfALossThatWasBeforeAndNeverAfterARelease() {
        LockHandle lost = fixture.held(5);
        time.pause(TRUSTED);
        List<LockLost> late = new ArrayList<>();
        lost.onLost(late::add);
        assertThat(late).hasSize(1);
        LockHandle released = fixture.held(6);
        released.releaseAsync();
        released.onLost(late::add);
        time.pass(LEASE);
        assertThat(late).hasSize(1);
        assertThat(fixture.losses).hasSize(1);
    }

    @Test
    void whatCallbacksAndListenersThrowGoesNoFurther() {
        fixture.listener = event -> {
            throw new IllegalStateException("listener");
        };
        LockHandle handle = fixture.held(5);
        handle.onLost(lost -> {
            throw new IllegalStateException("callback");
        });
        List<LockLost> others = new ArrayList<>();
        handle.onLost(others::add);
        Acquisition waiting = fixture.contend();
        time.pass(LEASE.dividedBy(3));
        renewal().answer(false);
        assertThat(others).hasSize(1);
        assertThat(store.only("acquire").request().attempt())
                .isEqualTo(waiting.grant(0).attempt());
    }

    @Test
    void anExecutorThatRefusesDoesNotStopTheNextContender() {
        LockHandle handle = fixture.held(5);
        fixture.executor = task -> {
            throw new RejectedExecutionException("planned");
        };
        fixture.contend();
        time.pause(TRUSTED);
        assertThat(handle.remaining()).isZero();
        assertThat(store.calls).extracting(FakeStore.Call::what).contains("acquire");
    }

    @Test
    void aReleaseHandsOverWithinTheProcess() {
        LockHandle handle = fixture.held(5);
        Acquisition next = fixture.contend();
        assertThat(handle.release()).isEqualTo(ReleaseResult.RELEASED);
        store.assertQuiet();
        LockHandle handed = Fixture.handleOf(next);
        assertThat(handed.token()).isEqualTo(FencingToken.exclusive("fake//lock/a", 5 << 10 | 1));
        assertThat(handed.remaining()).isEqualTo(TRUSTED);
        assertThat(handle.remaining()).isZero();
        handed.releaseAsync();
        assertThat(store.only("release").grant().base()).isEqualTo(5);
    }

    @Test
    void handOversAreBoundedSoThatOthersGetTheirTurn() {
        LockHandle handle = fixture.held(5);
        int handed = 0;
        while (store.calls.isEmpty()) {
            Acquisition next = fixture.contend();
            handle.releaseAsync();
            if (next.result().isDone()) {
                handed++;
                handle = Fixture.handleOf(next);
            }
        }
        assertThat(handed).isEqualTo(Hold.HAND_OVERS);
        assertThat(store.calls).extracting(FakeStore.Call::what).containsExactly("release", "acquire");
    }

    @Test
    void aLeaseOfWhichLessThanHalfIsLeftIsNotHandedOver() {
        fixture.options = LockOptions.defaults().notRenewed();
        LockHandle handle = fixture.held(5);
        fixture.contend();
        time.pass(LEASE.dividedBy(2));
        handle.releaseAsync();
        assertThat(store.calls).extracting(FakeStore.Call::what).containsExactly("release", "acquire");
    }

    @Test
    void aSuspectIsNotHandedOver() {
        LockHandle handle = fixture.held(5);
        fixture.contend();
        time.pause(Duration.ofSeconds(8));
        time.pass(Duration.ZERO);
        renewal();
        handle.releaseAsync();
        assertThat(store.calls).extracting(FakeStore.Call::what).containsExactly("release", "acquire");
    }

    @Test
    void aFairLockIsNotHandedOver() {
        fixture.options = LockOptions.defaults().inOrder();
        LockHandle handle = fixture.held(5);
        fixture.contend();
        store.only("acquire").taken(LEASE);
        handle.releaseAsync();
        store.only("release");
    }

    @Test
    void aContenderOnOtherTermsIsNotHandedTheLock() {
        LockHandle handle = fixture.held(5);
        fixture.options = LockOptions.defaults().withMaxHold(LEASE);
        Acquisition next = fixture.contend();
        handle.releaseAsync();
        assertThat(next.result()).isNotDone();
        assertThat(store.calls).extracting(FakeStore.Call::what).containsExactly("release", "acquire");
    }

    @Test
    void readersAreNotHandedOver() {
        fixture.mode = FencingToken.Kind.READ;
        LockHandle handle = fixture.held(5);
        Acquisition next = fixture.contend();
        store.only("acquire").grant(6);
        assertThat(Fixture.handleOf(next).token()).isEqualTo(FencingToken.read("fake//read-write/a", 6 << 10));
        fixture.contend();
        store.only("acquire");
        handle.releaseAsync();
        store.only("release").answer(true);
    }

    @Test
    void aPermitShowsItsFloor() {
        fixture.mode = FencingToken.Kind.PERMIT;
        Acquisition acquisition = fixture.contend();
        store.only("acquire").stage().complete(new AcquireAnswer.Granted(9, 4));
        assertThat(Fixture.handleOf(acquisition).token())
                .isEqualTo(FencingToken.permit("fake//semaphore/a", 9 << 10, 4 << 10));
    }

    @Test
    void aContenderThatHasLeftIsPassedOver() {
        LockHandle handle = fixture.held(5);
        Acquisition gone = fixture.contend();
        Acquisition next = fixture.contend();
        gone.end();
        handle.releaseAsync();
        assertThat(Fixture.handleOf(next).token().value()).isEqualTo(5 << 10 | 1);
    }

    @Test
    void theCloseOfTheServiceLosesWhatIsHeld() {
        LockHandle handle = fixture.held(5);
        fixture.context().close();
        assertThat(store.closed).isTrue();
        assertThat(handle.state()).isEqualTo(LockState.LOST);
        assertThat(fixture.losses).extracting(LockLost::cause).containsExactly(LossCause.SERVICE_CLOSED);
        assertThat(handle.release()).isEqualTo(ReleaseResult.ALREADY_LOST);
        store.assertQuiet();
        assertThat(fixture.context().left()).isEmpty();
    }

    @Test
    void aHoldThatIsOverWhenItBeginsStartsNothing() {
        Acquisition acquisition = fixture.contend();
        store.only("acquire");
        Hold hold = new Hold(fixture.context(), fixture.wanted(), acquisition, 0, new AcquireAnswer.Granted(5, 5));
        time.pause(TRUSTED);
        assertThat(hold.isValid()).isFalse();
        long timers = time.timers();
        assertThat(hold.begin().state()).isEqualTo(LockState.LOST);
        assertThat(time.timers()).isEqualTo(timers);
        assertThat(fixture.context().pulse.holds()).isEmpty();
    }

    @Test
    void aLookThatIsOvertakenByAHandOverLosesNothing() {
        fixture.options = LockOptions.defaults().withMaxHold(LEASE);
        LockHandle handle = fixture.held(5);
        for (int i = 0; i < 29; i++) {
            time.pass(Duration.ofSeconds(1));
            store.calls.forEach(call -> call.answer(true));
            store.calls.clear();
        }
        Acquisition next = fixture.contend();
        time.pass(Duration.ofSeconds(1).minus(TICK));
        time.atReading(1, () -> {
            handle.releaseAsync();
            time.pause(TICK);
        });
        handle.state();
        assertThat(Fixture.handleOf(next).state()).isEqualTo(LockState.HELD);
    }

    @Test
    void thePulseBeatsOnlyWhileSomethingIsHeldOrWanted() {
        LockHandle handle = fixture.held(5);
        assertThat(time.timers()).isEqualTo(2);
        handle.releaseAsync();
        store.only("release").answer(true);
        time.pass(Duration.ofMillis(50));
        assertThat(time.timers()).isZero();
        // What passed meanwhile was no pause of anything that is held now.
        time.pause(Duration.ofMinutes(5));
        LockHandle next = fixture.held(6);
        time.pass(Duration.ofMillis(100));
        assertThat(next.state()).isEqualTo(LockState.HELD);
        assertThat(fixture.heard()).doesNotContain("Suspected");
    }
}
