package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.Ticker;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.LockFeature;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a lock store owes to those who wait in its queue. */
abstract class LockQueueTests extends LockLeaseTests {

    @Test
    final void aReleaseGrantsToWhoeverWaits() throws Exception {
        LockClient.Attempt holder = client().attempt(lock(), LONG);
        LockClient.Attempt waiter = client().attempt(lock(), LONG);
        long base = holder.granted().base();
        waiter.taken(true);
        assertThat(holder.release()).isTrue();
        assertGreater(waiter.awaitGrant(grantsByMessage()).base(), base);
        assertThat(waiter.verify()).isTrue();
        client().attempt(lock(), LONG).taken(false);
        assertThat(waiter.granted().base()).as("asked again").isEqualTo(waiter.base);
    }

    @Test
    final void aMessageShowsTheStampOfTheNewestRequest() throws Exception {
        LockClient.Attempt holder = client().attempt(lock(), LONG);
        LockClient client = client();
        LockClient.Attempt waiter = client.attempt(lock(), LONG);
        holder.granted();
        for (int i = 0; i < 3; i++) {
            waiter.taken(true);
        }
        long newest = waiter.stamp();
        holder.release();
        AcquireAnswer.Granted granted = waiter.awaitGrant(grantsByMessage());
        if (grantsByMessage()) {
            assertThat(client.messages).containsEntry(waiter.id, new LockClient.Message(newest, granted));
        }
    }

    @Test
    final void theQueueKeepsItsOrderOverAllClients() throws Exception {
        List<LockClient> clients = List.of(client(), client());
        assumeOffered(clients.get(0), LockFeature.FAIR);
        LockClient.Attempt holder = client().attempt(lock(), LONG);
        long last = holder.granted().base();
        List<LockClient.Attempt> waiting = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            LockClient.Attempt attempt = clients.get(i % 2).attempt(lock(), LONG);
            attempt.taken(true);
            waiting.add(attempt);
        }
        // Signs of life in another order change nothing.
        waiting.get(7).taken(true);
        waiting.get(0).taken(true);
        holder.release();
        for (LockClient.Attempt attempt : waiting) {
            attempt.awaitGrant(grantsByMessage());
            assertGreater(attempt.base, last);
            last = attempt.base;
            assertThat(attempt.release()).isTrue();
        }
    }

    @Test
    final void theEndOfALeaseGrantsToTheFirstThatWaits() throws Exception {
        LockClient client = client();
        assumeOffered(client, LockFeature.FAIR);
        LockClient.Attempt dead = client.attempt(lock(), SHORT);
        LockClient.Attempt first = client().attempt(lock(), LONG);
        LockClient.Attempt second = client.attempt(lock(), LONG);
        dead.granted();
        AcquireAnswer answer = first.ask(true);
        second.ask(true);
        waits().await("the lease has ended", () -> !dead.verify());
        // Some call of a waiting one may be needed, by which the store notices.
        second.taken(true);
        if (!(answer instanceof AcquireAnswer.Granted)) {
            first.awaitGrant(false);
        }
        assertThat(first.verify()).isTrue();
    }

    @Test
    final void aPlaceLapsesWithoutASignOfLife() throws Exception {
        LockClient client = client();
        LockClient.Attempt holder = client.attempt(lock(), LONG);
        LockClient.Attempt dead = client().attempt(lock(), SHORT);
        LockClient.Attempt next = client().attempt(lock(), LONG);
        holder.granted();
        dead.taken(true);
        next.taken(true);
        waits().letPass(SHORT.plus(SHORT));
        holder.release();
        next.awaitGrant(grantsByMessage());
        assertThat(dead.hasMessage()).isFalse();
        dead.taken(false);
    }

    @Test
    final void askingAgainKeepsThePlace() throws Exception {
        LockClient client = client();
        assumeOffered(client, LockFeature.FAIR);
        LockClient.Attempt holder = client.attempt(lock(), LONG);
        LockClient.Attempt first = client().attempt(lock(), MEDIUM);
        LockClient.Attempt second = client().attempt(lock(), LONG);
        holder.granted();
        first.taken(true);
        second.taken(true);
        first.on(LONG).taken(true);
        waits().letPass(MEDIUM.plus(SHORT));
        holder.release();
        first.awaitGrant(grantsByMessage());
        second.taken(true);
    }

    @Test
    final void whoLeavesTheQueueIsNotGranted() throws Exception {
        LockClient client = client();
        LockClient.Attempt holder = client.attempt(lock(), LONG);
        LockClient.Attempt gone = client().attempt(lock(), LONG);
        LockClient.Attempt next = client().attempt(lock(), LONG);
        holder.granted();
        gone.taken(true);
        next.taken(true);
        assertThat(gone.release(0)).as("left, having held nothing").isFalse();
        holder.release();
        next.awaitGrant(grantsByMessage());
        assertThat(gone.hasMessage()).isFalse();
        gone.taken(false);
        assertThat(next.verify()).isTrue();
    }

    @Test
    final void whoLeavesWithATombstoneDoesNotComeBackIntoTheQueue() throws Exception {
        LockClient client = client();
        LockClient.Attempt holder = client.attempt(lock(), LONG);
        LockClient.Attempt gone = client().attempt(lock(), LONG);
        LockClient.Attempt next = client().attempt(lock(), LONG);
        holder.granted();
        gone.taken(true);
        gone.release(0, TOMBSTONE);
        assertThat(gone.ask(true)).isEqualTo(new AcquireAnswer.Ended());
        next.taken(true);
        holder.release();
        next.awaitGrant(grantsByMessage());
        assertThat(gone.hasMessage()).isFalse();
    }

    @Test
    final void aGrantToOneThatDiedWaitingEndsWithItsPlace() throws Exception {
        LockClient.Attempt holder = client().attempt(lock(), LONG);
        Duration lease = MEDIUM.multipliedBy(4);
        LockClient.Attempt dead = client().attempt(lock(), lease);
        LockClient.Attempt next = client().attempt(lock(), LONG);
        holder.granted();
        dead.taken(true);
        long sent = Ticker.system().nanos();
        waits().letPass(lease.dividedBy(2));
        holder.release();
        waits().await("the place of the dead one has ended", () -> next.ask(true) instanceof AcquireAnswer.Granted);
        // From its request, and not from the release: half a lease is over by then.
        assertThat(Ticker.system().nanos() - sent)
                .isLessThan(lease.plus(lease.dividedBy(2)).toNanos());
        assertThat(dead.verify()).isFalse();
    }

    @Test
    final void aGrantInTheQueueKeepsItsDelay() throws Exception {
        LockClient client = client();
        assumeOffered(client, LockFeature.LOCK_DELAY);
        LockClient.Attempt holder = client.attempt(lock(), LONG);
        holder.granted();
        LockClient.Attempt dead =
                client.attempt(lock(), new LockTerms(FencingToken.Kind.EXCLUSIVE, 1, MEDIUM, SHORT.multipliedBy(3)));
        long sent = Ticker.system().nanos();
        dead.taken(true);
        holder.release();
        LockClient.Attempt next = client().attempt(lock(), LONG);
        waits().await("lease and delay have ended", () -> next.ask(false) instanceof AcquireAnswer.Granted);
        if (dead.hasMessage()) {
            assertThat(Ticker.system().nanos() - sent)
                    .isGreaterThan(
                            MEDIUM.plus(SHORT.multipliedBy(3)).minusMillis(2).toNanos());
        }
    }

    @Test
    final void whoDoesNotWaitLeavesNothingBehind() throws Exception {
        LockClient client = client();
        LockClient.Attempt holder = client.attempt(lock(), LONG);
        LockClient.Attempt passing = client().attempt(lock(), LONG);
        LockClient.Attempt next = client().attempt(lock(), LONG);
        holder.granted();
        passing.taken(false);
        holder.release();
        next.granted();
        assertThat(passing.hasMessage()).isFalse();
    }

    @Test
    final void whoDoesNotWaitDoesNotOvertake() throws Exception {
        LockClient client = client();
        assumeOffered(client, LockFeature.FAIR);
        LockClient.Attempt holder = client.attempt(lock(), LONG);
        LockClient.Attempt waiter = client().attempt(lock(), LONG);
        holder.granted();
        waiter.taken(true);
        holder.release();
        client().attempt(lock(), LONG).taken(false);
        waiter.awaitGrant(grantsByMessage());
    }

    @Test
    final void queuesOfDifferentResourcesDoNotTouch() throws Exception {
        LockClient client = client();
        LockClient.Attempt here = client.attempt(lock(), LONG);
        LockClient.Attempt waiter = client.attempt(lock(), LONG);
        LockResource elsewhere = new LockResource(LockResource.Kind.LOCK, name("/x"));
        LockClient.Attempt there = client.attempt(elsewhere, LONG);
        here.granted();
        waiter.taken(true);
        there.granted();
        there.release();
        client.attempt(elsewhere, Duration.ofMinutes(1)).granted();
        assertThat(waiter.hasMessage()).isFalse();
        assertThat(here.verify()).isTrue();
    }
}
