package dev.pawl.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pawl.common.BackendException.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** A candidate on time and a store that the test moves. */
final class LeaderElectionTest {

    private final Fixture fixture = new Fixture();
    private final FakeStore store = fixture.store;
    private final List<LockHandle> terms = new ArrayList<>();
    private final LeaderElection election = new LeaderElection(fixture.lock(), fixture.context());

    private LockHandle elected(long base) {
        store.only("acquire").grant(base);
        return terms.get(terms.size() - 1);
    }

    @Test
    void aCandidateStandsAgainAfterEachTerm() {
        election.stand(terms::add);
        assertThat(election.term()).isEmpty();
        LockHandle first = elected(1);
        assertThat(election.term()).contains(first);
        fixture.time.pause(Fixture.TRUSTED);
        assertThat(election.term()).as("noticed by the look").isEmpty();
        LockHandle second = elected(2);
        assertThat(second.token().value()).isGreaterThan(first.token().value());
        election.resign();
        store.only("release").answer(true);
        LockHandle third = elected(3);
        third.releaseAsync();
        store.only("release").answer(true);
        elected(4);
        assertThat(terms).hasSize(4);
        assertThatThrownBy(() -> election.stand(terms::add)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aCandidateStandsAgainThoughTheExecutorTakesNothing() {
        election.stand(terms::add);
        elected(1);
        fixture.executor = task -> {
            throw new RejectedExecutionException("full");
        };
        fixture.time.pause(Fixture.TRUSTED);
        assertThat(election.term()).isEmpty();
        store.only("acquire").grant(2);
        assertThat(election.term()).isPresent();
    }

    @Test
    void whoStopsStandingLeavesTheQueue() {
        election.stand(terms::add);
        FakeStore.Call request = store.only("acquire");
        election.close();
        store.only("release").answer(false);
        request.grant(1);
        assertThat(terms).isEmpty();
        assertThat(fixture.context().left()).isEmpty();
        assertThatThrownBy(() -> election.stand(terms::add)).isInstanceOf(IllegalStateException.class);
        fixture.time.pass(Duration.ofMinutes(1));
        store.assertQuiet();
    }

    @Test
    void whoStopsStandingEndsItsTermAndDoesNotStandAgain() throws InterruptedException {
        election.stand(terms::add);
        LockHandle term = elected(1);
        Thread closing = new Thread(election::close);
        closing.start();
        await().until(() -> !store.calls.isEmpty());
        store.only("release").answer(true);
        closing.join(10_000);
        assertThat(term.state()).isEqualTo(LockState.RELEASED);
        store.assertQuiet();
        assertThat(election.term()).isEmpty();
    }

    @Test
    void whoStopsStandingWhileItAsksLeavesTheQueue() {
        store.atNextRequest(election::close);
        election.stand(terms::add);
        assertThat(store.calls).extracting(FakeStore.Call::what).containsExactly("acquire", "release");
        assertThat(fixture.context().left()).isEmpty();
    }

    @Test
    void whoIsElectedWhileItStopsStandingGivesTheTermBack() {
        store.atNextRequest(() -> {
            election.close();
            store.only("acquire").grant(1);
        });
        election.stand(terms::add);
        assertThat(terms).isEmpty();
        assertThat(store.only("release").grant().base()).isEqualTo(1);
        assertThat(election.term()).isEmpty();
    }

    @Test
    void theReleaseOfATermThatWasLostBeginsNothing() {
        election.stand(terms::add);
        LockHandle lost = elected(1);
        fixture.time.pause(Fixture.TRUSTED);
        assertThat(lost.release()).isEqualTo(ReleaseResult.ALREADY_LOST);
        LockHandle next = elected(2);
        assertThat(lost.release()).isEqualTo(ReleaseResult.ALREADY_LOST);
        assertThat(election.term()).contains(next);
        assertThat(fixture.context().left()).as("stands twice").endsWith("contenders=0");
        store.assertQuiet();
    }

    @Test
    void whoStopsStandingWhileTheStoreFailsAsksNobody() {
        election.stand(terms::add);
        fixture.time.pause(Duration.ofSeconds(11));
        store.only("acquire").fail(Outcome.NOT_APPLIED);
        for (int i = 0; i < 12; i++) {
            fixture.time.pass(Duration.ofSeconds(1));
            List.copyOf(store.calls).stream()
                    .filter(call -> call.what().equals("acquire"))
                    .forEach(call -> call.fail(Outcome.NOT_APPLIED));
            if (store.calls.stream().anyMatch(call -> call.what().equals("release"))) {
                break;
            }
            store.calls.clear();
        }
        store.calls.clear();
        election.close();
        fixture.time.pass(Duration.ofMinutes(1));
        store.assertQuiet();
    }

    @Test
    void aStoreThatFailsIsAskedAgainForEver() {
        election.stand(terms::add);
        for (int i = 0; i < 60; i++) {
            List.copyOf(store.calls).forEach(call -> {
                if (call.what().equals("acquire")) {
                    call.fail(Outcome.NOT_APPLIED);
                }
            });
            store.calls.clear();
            fixture.time.pass(Duration.ofSeconds(1));
        }
        store.calls.removeIf(call -> call.what().equals("release"));
        elected(1);
        assertThat(terms).hasSize(1);
    }

    @Test
    void aCandidateWhoseCallbackThrowsLeadsAllTheSame() {
        election.stand(handle -> {
            throw new IllegalStateException("planned");
        });
        store.only("acquire").grant(1);
        assertThat(election.term()).isPresent();
    }

    @Test
    void aCallbackMayResignAtOnce() {
        election.stand(handle -> {
            terms.add(handle);
            if (terms.size() < 3) {
                election.resign();
            }
        });
        elected(1);
        store.only("release").answer(true);
        elected(2);
        store.only("release").answer(true);
        LockHandle third = elected(3);
        assertThat(election.term()).contains(third);
    }

    @Test
    void theCloseOfTheServiceEndsTheElection() {
        election.stand(terms::add);
        LockHandle term = elected(1);
        fixture.context().close();
        assertThat(term.state()).isEqualTo(LockState.LOST);
        fixture.time.pass(Duration.ofMinutes(1));
        store.assertQuiet();
        assertThat(fixture.time.timers()).isZero();
        assertThat(election.term()).isEmpty();
    }
}
