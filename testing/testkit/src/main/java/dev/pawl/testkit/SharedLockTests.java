package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.LockFeature;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a lock store owes to readers, writers, and the holders of permits, where it offers them. */
abstract class SharedLockTests extends LockQueueTests {

    private LockClient.Attempt reader(LockClient client, Duration lease) {
        return shared(client, LockResource.Kind.READ_WRITE, FencingToken.Kind.READ, 1, lease);
    }

    private LockClient.Attempt writer(LockClient client) {
        return shared(client, LockResource.Kind.READ_WRITE, FencingToken.Kind.EXCLUSIVE, 1, LONG);
    }

    private LockClient.Attempt permit(LockClient client, int permits, Duration lease) {
        return shared(client, LockResource.Kind.SEMAPHORE, FencingToken.Kind.PERMIT, permits, lease);
    }

    private LockClient.Attempt shared(
            LockClient client, LockResource.Kind kind, FencingToken.Kind mode, int permits, Duration lease) {
        return client.attempt(new LockResource(kind, name("")), new LockTerms(mode, permits, lease, Duration.ZERO));
    }

    @Test
    final void readersShareAndAWriterIsAlone() throws Exception {
        LockClient client = client();
        assumeOffered(client, LockFeature.READ_WRITE);
        LockClient.Attempt one = reader(client, LONG);
        LockClient.Attempt two = reader(client(), LONG);
        LockClient.Attempt writer = writer(client);
        one.granted();
        assertGreater(two.granted().base(), one.base);
        writer.taken(true);
        assertThat(one.release()).isTrue();
        writer.taken(true);
        assertThat(writer.hasMessage()).isFalse();
        assertThat(two.verify()).isTrue();
        assertThat(two.release()).isTrue();
        assertGreater(writer.awaitGrant(grantsByMessage()).base(), two.base);
        LockClient.Attempt late = reader(client, LONG);
        late.taken(false);
        writer(client()).taken(false);
        assertThat(writer.release()).isTrue();
        assertGreater(late.granted().base(), writer.base);
    }

    @Test
    final void aWriterThatWaitsIsNotPassedByReaders() throws Exception {
        LockClient client = client();
        assumeOffered(client, LockFeature.READ_WRITE);
        LockClient.Attempt one = reader(client, LONG);
        LockClient.Attempt writer = writer(client);
        LockClient.Attempt two = reader(client, LONG);
        one.granted();
        writer.taken(true);
        two.taken(true);
        reader(client, LONG).taken(false);
        one.release();
        writer.awaitGrant(grantsByMessage());
        two.taken(true);
        writer.release();
        two.awaitGrant(grantsByMessage());
    }

    @Test
    final void readersBehindAWriterAreGrantedTogether() throws Exception {
        LockClient client = client();
        assumeOffered(client, LockFeature.READ_WRITE);
        LockClient.Attempt writer = writer(client);
        LockClient.Attempt one = reader(client, LONG);
        LockClient.Attempt two = reader(client(), LONG);
        LockClient.Attempt last = writer(client());
        writer.granted();
        one.taken(true);
        two.taken(true);
        last.taken(true);
        writer.release();
        one.awaitGrant(grantsByMessage());
        two.awaitGrant(grantsByMessage());
        assertThat(one.verify() && two.verify()).isTrue();
        last.taken(true);
    }

    @Test
    final void aWriterThatLeavesLetsReadersPass() throws Exception {
        LockClient client = client();
        assumeOffered(client, LockFeature.READ_WRITE);
        LockClient.Attempt one = reader(client, LONG);
        LockClient.Attempt writer = writer(client);
        LockClient.Attempt two = reader(client(), LONG);
        one.granted();
        writer.taken(true);
        two.taken(true);
        writer.release(0);
        two.awaitGrant(grantsByMessage());
        assertThat(one.verify() && two.verify()).isTrue();
    }

    @Test
    final void aDeadReaderKeepsAWriterOutForALease() throws Exception {
        LockClient client = client();
        assumeOffered(client, LockFeature.READ_WRITE);
        LockClient.Attempt dead = reader(client, SHORT);
        LockClient.Attempt alive = reader(client, LONG);
        LockClient.Attempt writer = writer(client);
        dead.granted();
        alive.granted();
        waits().await("the dead one's lease has ended", () -> !dead.verify());
        assertThat(dead.renew()).isFalse();
        writer.taken(false);
        assertThat(alive.release()).isTrue();
        writer.granted();
    }

    @Test
    final void aReadersGrantIsKnownByAttemptAndBase() throws Exception {
        LockClient client = client();
        assumeOffered(client, LockFeature.READ_WRITE);
        LockClient.Attempt one = reader(client, LONG);
        LockClient.Attempt two = reader(client, LONG);
        AcquireAnswer.Granted first = one.granted();
        two.granted();
        assertThat(one.granted()).isEqualTo(first);
        assertThat(one.verify(two.base)).isFalse();
        assertThat(one.release(two.base)).isFalse();
        assertThat(one.verify() && two.verify()).isTrue();
        assertThat(one.release()).isTrue();
        assertThat(one.release()).isFalse();
        assertThat(two.renew()).isTrue();
        assertThat(two.release(two.base, TOMBSTONE)).isTrue();
        assertThat(two.ask(true)).isEqualTo(new AcquireAnswer.Ended());
    }

    @Test
    final void asManyHoldAsThereArePermits() throws Exception {
        LockClient client = client();
        assumeOffered(client, LockFeature.SEMAPHORE);
        List<LockClient.Attempt> held = new ArrayList<>();
        long last = 0;
        for (int i = 0; i < 5; i++) {
            LockClient.Attempt attempt = permit(i % 2 == 0 ? client : client(), 5, LONG);
            assertGreater(attempt.granted().base(), last);
            last = attempt.base;
            held.add(attempt);
        }
        LockClient.Attempt sixth = permit(client, 5, LONG);
        LockClient.Attempt seventh = permit(client, 5, LONG);
        sixth.taken(true);
        seventh.taken(true);
        assertThat(held.get(3).release()).isTrue();
        assertThat(held.get(3).release()).isFalse();
        assertGreater(sixth.awaitGrant(grantsByMessage()).base(), last);
        seventh.taken(true);
        assertThat(held.get(0).verify() && held.get(4).verify()).isTrue();
    }

    @Test
    final void thePermitOfADeadHolderIsFreeAfterItsLease() throws Exception {
        LockClient client = client();
        assumeOffered(client, LockFeature.SEMAPHORE);
        LockClient.Attempt dead = permit(client, 2, SHORT);
        LockClient.Attempt alive = permit(client, 2, LONG);
        LockClient.Attempt next = permit(client(), 2, LONG);
        dead.granted();
        alive.granted();
        waits().await("the lease has ended", () -> next.ask(false) instanceof AcquireAnswer.Granted);
        assertThat(dead.renew()).isFalse();
        assertThat(dead.release()).isFalse();
        assertThat(alive.verify()).isTrue();
        permit(client, 2, LONG).taken(false);
    }

    @Test
    final void theFloorOfAPermitIsTheLeastBaseThatIsHeld() throws Exception {
        LockClient client = client();
        assumeOffered(client, LockFeature.SEMAPHORE);
        LockClient.Attempt one = permit(client, 3, LONG);
        LockClient.Attempt two = permit(client, 3, LONG);
        LockClient.Attempt three = permit(client, 3, LONG);
        LockClient.Attempt four = permit(client, 3, LONG);
        assertThat(one.granted().floor()).isEqualTo(one.base);
        assertThat(two.granted().floor()).isEqualTo(one.base);
        one.release();
        assertThat(three.granted().floor()).isEqualTo(two.base);
        LockClient.Attempt waiting = permit(client, 2, LONG);
        waiting.taken(true);
        two.release();
        assertThat(waiting.awaitGrant(grantsByMessage()).floor()).isEqualTo(three.base);
        assertThat(four.granted().floor()).isEqualTo(three.base);
    }

    @Test
    final void sharedResourcesOfOneNameDoNotTouchLocks() throws Exception {
        LockClient client = client();
        assumeOffered(client, LockFeature.READ_WRITE);
        assumeOffered(client, LockFeature.SEMAPHORE);
        LockClient.Attempt lock = client.attempt(lock(), LONG);
        lock.granted();
        writer(client).granted();
        permit(client, 1, LONG).granted();
        client.attempt(new LockResource(LockResource.Kind.ELECTION, name("")), LONG)
                .granted();
        assertThat(lock.release()).isTrue();
        permit(client, 1, LONG).taken(false);
        reader(client, LONG).taken(false);
    }
}
