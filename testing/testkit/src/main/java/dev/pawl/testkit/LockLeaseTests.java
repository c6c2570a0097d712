package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.common.BackendException;
import dev.pawl.common.Ticker;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.LockFeature;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a lock store owes to a holder: grants, leases, releases, and the end of attempts. */
abstract class LockLeaseTests extends LockBackendTests {

    @Test
    final void aFreeLockIsGrantedToOne() throws Exception {
        LockClient.Attempt mine = client().attempt(lock(), LONG);
        LockClient.Attempt other = client().attempt(lock(), LONG);
        AcquireAnswer.Granted granted = mine.granted();
        assertThat(granted.floor()).isEqualTo(granted.base());
        AcquireAnswer.Taken taken = other.taken(false);
        assertThat(taken.freeWithin()).isBetween(Duration.ZERO, LONG);
        assertThat(mine.verify()).isTrue();
        assertThat(mine.release()).isTrue();
        assertGreater(other.granted().base(), granted.base());
    }

    @Test
    final void theSameAttemptIsAnsweredTheSameAgain() throws Exception {
        LockClient client = client();
        LockClient.Attempt mine = client.attempt(lock(), LONG);
        AcquireAnswer.Granted first = mine.granted();
        assertThat(mine.granted()).isEqualTo(first);
        assertThat(mine.ask(true)).isEqualTo(first);
        LockClient.Attempt other = client.attempt(lock(), LONG);
        other.taken(false);
        other.taken(false);
        assertThat(mine.granted()).isEqualTo(first);
    }

    @Test
    final void basesRiseFromGrantToGrant() throws Exception {
        List<LockClient> clients = List.of(client(), client());
        long last = 0;
        for (int i = 0; i < 100; i++) {
            LockClient.Attempt attempt = clients.get(i % 2).attempt(lock(), LONG);
            long base = attempt.granted().base();
            assertGreater(base, last);
            assertThat(attempt.release()).isTrue();
            last = base;
        }
    }

    @Test
    final void aGrantIsKnownByAttemptAndBase() throws Exception {
        LockClient client = client();
        LockClient.Attempt mine = client.attempt(lock(), LONG);
        long base = mine.granted().base();
        LockClient.Attempt other = client.attempt(lock(), LONG);
        other.base = base;
        assertThat(other.verify()).as("another attempt").isFalse();
        assertThat(other.renew()).isFalse();
        assertThat(other.release()).isFalse();
        mine.base = base + 1;
        assertThat(mine.verify()).as("another base").isFalse();
        assertThat(mine.renew()).isFalse();
        assertThat(mine.release()).isFalse();
        assertThat(mine.release(base - 1 == 0 ? base + 2 : base - 1)).isFalse();
        assertThat(mine.verify(base)).isTrue();
        client.attempt(lock(), LONG).taken(false);
        assertThat(mine.release(base)).isTrue();
    }

    @Test
    final void aReleaseIsTrueOnce() throws Exception {
        LockClient client = client();
        LockClient.Attempt mine = client.attempt(lock(), LONG);
        mine.granted();
        assertThat(mine.release()).isTrue();
        assertThat(mine.release()).isFalse();
        assertThat(mine.verify()).isFalse();
        assertThat(mine.renew()).isFalse();
        LockClient.Attempt next = client().attempt(lock(), LONG);
        next.granted();
        assertThat(mine.release()).isFalse();
        assertThat(next.verify()).isTrue();
    }

    @Test
    final void aReleaseWithoutABaseGivesBackWhateverWasGranted() throws Exception {
        LockClient.Attempt mine = client().attempt(lock(), LONG);
        mine.granted();
        assertThat(mine.release(0)).isTrue();
        client().attempt(lock(), LONG).granted();
        assertThat(client().attempt(lock(), LONG).release(0))
                .as("of an unknown attempt")
                .isFalse();
    }

    @Test
    final void aLeaseEndsInTimeAndNotBefore() throws Exception {
        LockClient.Attempt dead = client().attempt(lock(), SHORT);
        LockClient.Attempt next = client().attempt(lock(), LONG);
        long sent = Ticker.system().nanos();
        long base = dead.granted().base();
        waits().await("the lease has ended", () -> next.ask(false) instanceof AcquireAnswer.Granted);
        // Stores count in whole milliseconds.
        assertThat(Ticker.system().nanos() - sent)
                .isGreaterThan(SHORT.minusMillis(2).toNanos());
        assertGreater(next.base, base);
        assertThat(dead.verify()).isFalse();
    }

    @Test
    final void aLeaseThatHasEndedIsNotRevived() throws Exception {
        LockClient.Attempt dead = client().attempt(lock(), SHORT);
        dead.granted();
        waits().await("the lease has ended", () -> !dead.verify());
        assertThat(dead.renew()).isFalse();
        assertThat(dead.verify()).isFalse();
        assertThat(dead.release()).isFalse();
        LockClient.Attempt next = client().attempt(lock(), LONG);
        next.granted();
        assertThat(dead.renew()).isFalse();
        assertThat(dead.release()).isFalse();
        assertThat(next.verify()).isTrue();
    }

    @Test
    final void aGrantThatIsMadeAnewHasAnotherBase() throws Exception {
        LockClient.Attempt dead = client().attempt(lock(), SHORT);
        long base = dead.granted().base();
        waits().await("the lease has ended", () -> !dead.verify(base));
        long again = dead.on(LONG).granted().base();
        assertGreater(again, base);
        assertThat(dead.verify(base)).isFalse();
        assertThat(dead.release(base)).isFalse();
        assertThat(dead.verify(again)).isTrue();
    }

    @Test
    final void aRenewalLetsTheLeaseCountAnew() throws Exception {
        LockClient.Attempt mine = client().attempt(lock(), MEDIUM);
        long base = mine.granted().base();
        LockClient.Attempt longer = mine.on(LONG);
        longer.base = base;
        assertThat(longer.renew()).isTrue();
        waits().letPass(MEDIUM.plus(SHORT));
        assertThat(mine.verify()).isTrue();
        client().attempt(lock(), LONG).taken(false);
        assertThat(mine.renew()).as("a shorter renewal").isTrue();
        assertThat(mine.release()).isTrue();
    }

    @Test
    final void anAnswerThatGrantsAgainLetsTheLeaseCountAnew() throws Exception {
        LockClient.Attempt mine = client().attempt(lock(), MEDIUM);
        AcquireAnswer.Granted first = mine.granted();
        assertThat(mine.on(LONG).granted()).isEqualTo(first);
        waits().letPass(MEDIUM.plus(SHORT));
        assertThat(mine.verify()).isTrue();
    }

    @Test
    final void aLookChangesNothing() throws Exception {
        LockClient.Attempt mine = client().attempt(lock(), SHORT);
        mine.granted();
        waits().await("the lease has ended in spite of looks", () -> !mine.verify());
        client().attempt(lock(), LONG).granted();
    }

    @Test
    final void aDelayStandsAfterALeaseThatWasNotReleased() throws Exception {
        LockClient client = client();
        assumeOffered(client, LockFeature.LOCK_DELAY);
        LockTerms terms = new LockTerms(FencingToken.Kind.EXCLUSIVE, 1, SHORT, SHORT.multipliedBy(2));
        LockClient.Attempt dead = client.attempt(lock(), terms);
        LockClient.Attempt next = client().attempt(lock(), LONG);
        long sent = Ticker.system().nanos();
        dead.granted();
        waits().await("the delay has ended", () -> next.ask(false) instanceof AcquireAnswer.Granted);
        assertThat(Ticker.system().nanos() - sent)
                .isGreaterThan(SHORT.multipliedBy(3).minusMillis(2).toNanos());
    }

    @Test
    final void aDelayStandsAfterARenewedLeaseToo() throws Exception {
        LockClient client = client();
        assumeOffered(client, LockFeature.LOCK_DELAY);
        LockTerms terms = new LockTerms(FencingToken.Kind.EXCLUSIVE, 1, SHORT, SHORT.multipliedBy(2));
        LockClient.Attempt dead = client.attempt(lock(), terms);
        LockClient.Attempt next = client().attempt(lock(), LONG);
        dead.granted();
        waits().letPass(SHORT.dividedBy(2));
        long sent = Ticker.system().nanos();
        if (dead.renew()) {
            waits().await("the delay has ended", () -> next.ask(false) instanceof AcquireAnswer.Granted);
            assertThat(Ticker.system().nanos() - sent)
                    .isGreaterThan(SHORT.multipliedBy(3).minusMillis(2).toNanos());
        }
    }

    @Test
    final void aDelayDoesNotStandAfterARelease() throws Exception {
        LockClient client = client();
        assumeOffered(client, LockFeature.LOCK_DELAY);
        LockTerms terms = new LockTerms(FencingToken.Kind.EXCLUSIVE, 1, LONG, LONG);
        LockClient.Attempt mine = client.attempt(lock(), terms);
        mine.granted();
        assertThat(mine.release()).isTrue();
        client().attempt(lock(), LONG).granted();
    }

    @Test
    final void aTombstoneRefusesALateRequest() throws Exception {
        LockClient client = client();
        for (boolean held : List.of(true, false)) {
            LockClient.Attempt ended = client.attempt(lock(), LONG);
            if (held) {
                ended.granted();
            }
            assertThat(ended.release(ended.base, TOMBSTONE)).isEqualTo(held);
            assertThat(ended.ask(false)).isEqualTo(new AcquireAnswer.Ended());
            assertThat(ended.ask(true)).isEqualTo(new AcquireAnswer.Ended());
            LockClient.Attempt next = client().attempt(lock(), LONG);
            next.granted();
            assertThat(ended.ask(true)).isEqualTo(new AcquireAnswer.Ended());
            assertThat(next.release()).isTrue();
        }
    }

    @Test
    final void aTombstoneRefusesOneAttemptOnly() throws Exception {
        LockClient client = client();
        List<LockClient.Attempt> ended = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            LockClient.Attempt attempt = client.attempt(lock(), LONG);
            attempt.release(0, TOMBSTONE);
            ended.add(attempt);
        }
        LockClient.Attempt next = client.attempt(lock(), LONG);
        next.granted();
        assertThat(ended).allSatisfy(attempt -> assertThat(attempt.ask(true)).isEqualTo(new AcquireAnswer.Ended()));
        assertThat(next.verify()).isTrue();
    }

    @Test
    final void aTombstoneOutlivesTheGrantOfOthersAndThenGoes() throws Exception {
        LockClient.Attempt ended = client().attempt(lock(), LONG);
        long sent = Ticker.system().nanos();
        ended.release(0, SHORT);
        LockClient.Attempt other = client().attempt(lock(), LONG);
        other.granted();
        other.release();
        waits().await("the tombstone has gone", () -> !(ended.ask(false) instanceof AcquireAnswer.Ended));
        assertThat(Ticker.system().nanos() - sent)
                .isGreaterThan(SHORT.minusMillis(2).toNanos());
    }

    @Test
    final void resourcesOfOneNameDoNotTouch() throws Exception {
        LockClient client = client();
        for (LockResource.Kind kind : List.of(LockResource.Kind.LOCK, LockResource.Kind.ELECTION)) {
            client.attempt(new LockResource(kind, name("same")), LONG).granted();
        }
        client.attempt(new LockResource(LockResource.Kind.LOCK, name("")), LONG).granted();
        assertThat(List.of(LockResource.Kind.values()).stream()
                        .map(kind -> client.backend.issuer(new LockResource(kind, name("same"))))
                        .distinct())
                .hasSize(LockResource.Kind.values().length);
    }

    @Test
    final void everyNameIsALockOfItsOwn() throws Exception {
        LockClient client = client();
        LockClient other = client();
        List<LockClient.Attempt> held = new ArrayList<>();
        for (String name : LockNames.awkward()) {
            LockResource resource = new LockResource(LockResource.Kind.LOCK, name);
            LockClient.Attempt attempt = client.attempt(resource, LONG);
            attempt.granted();
            held.add(attempt);
        }
        for (LockClient.Attempt attempt : held) {
            other.attempt(attempt.resource, LONG).taken(false);
            assertThat(attempt.verify()).as("held: " + attempt).isTrue();
        }
        for (LockClient.Attempt attempt : held) {
            assertThat(attempt.release()).as("released: " + attempt).isTrue();
            LockClient.Attempt next = other.attempt(attempt.resource, LONG);
            next.granted();
            assertThat(next.release()).isTrue();
        }
        assertThat(held.stream()
                        .map(attempt -> client.backend.issuer(attempt.resource))
                        .distinct())
                .hasSize(held.size());
    }

    @Test
    final void theIssuerIsTheSameForAllClients() throws Exception {
        assertThat(client().backend.issuer(lock())).isEqualTo(client().backend.issuer(lock()));
        assertThat(FencingToken.exclusive(client().backend.issuer(lock()), 1).value())
                .isEqualTo(1);
    }

    @Test
    final void aClosedSessionFailsAndLeavesItsGrantsToTheirLeases() throws Exception {
        LockClient client = client();
        LockClient.Attempt dead = client.attempt(lock(), SHORT.multipliedBy(2));
        long sent = Ticker.system().nanos();
        dead.granted();
        client.session.close();
        AcquireRequest request = new AcquireRequest(lock(), "tck-x", LockClient.alone(LONG), 0, false);
        assertThatThrownBy(() -> Threads.await(client.session.acquire(request)))
                .isInstanceOfSatisfying(
                        BackendException.class,
                        e -> assertThat(e.outcome()).isEqualTo(BackendException.Outcome.NOT_APPLIED));
        client.forget();
        LockClient.Attempt next = client().attempt(lock(), LONG);
        waits().await("the lease has ended", () -> next.ask(false) instanceof AcquireAnswer.Granted);
        assertThat(Ticker.system().nanos() - sent)
                .isGreaterThan(SHORT.multipliedBy(2).minusMillis(2).toNanos());
    }
}
