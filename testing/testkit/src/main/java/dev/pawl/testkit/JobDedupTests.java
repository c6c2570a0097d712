package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.delay.spi.ChangeOutcome;
import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
import dev.pawl.delay.spi.Dedup;
import dev.pawl.delay.spi.Dedup.Mode;
import dev.pawl.delay.spi.EnqueueOutcome;
import dev.pawl.delay.spi.EnqueueRequest.Limits;
import dev.pawl.delay.spi.JobBody;
import dev.pawl.delay.spi.Nack;
import dev.pawl.delay.spi.NewJob;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** At most one waiting job has a dedup key. */
abstract class JobDedupTests extends JobEnqueueTests {

    @Test
    final void rejectKeepsTheFirst() throws Exception {
        JobClient client = client();
        client.take(withKey(job("a", LONG), Mode.REJECT));
        assertThat(client.enqueue(withKey(job("b"), Mode.REJECT))).containsExactly(EnqueueOutcome.DUPLICATE);
        client.assertNothing();
        assertThat(client.find("b")).isEmpty();
        assertThat(client.find("a")).isPresent();
    }

    @Test
    final void replaceTakesThePlaceOfTheFirst() throws Exception {
        JobClient client = client();
        NewJob first = withKey(job("a"), Mode.REPLACE);
        NewJob second = withKey(job("b", LONG), Mode.REPLACE);
        client.take(first);
        assertThat(client.enqueue(second)).containsExactly(EnqueueOutcome.REPLACED);
        client.assertNothing();
        assertThat(client.find("a")).isEmpty();
        assertThat(client.find("b")).isPresent();
        client.take(second);
        client.take(first);
        assertThat(client.find("a")).as("the first one, repeated").isEmpty();
        assertThat(client.stats().waiting()).isEqualTo(1);
    }

    @Test
    final void keepEarliestKeepsTheOneThatIsDueEarlier() throws Exception {
        JobClient client = client();
        client.take(withKey(job("a", LONG), Mode.KEEP_EARLIEST));
        assertThat(client.enqueue(withKey(job("later", LONG.multipliedBy(2)), Mode.KEEP_EARLIEST)))
                .containsExactly(EnqueueOutcome.DUPLICATE);
        assertThat(client.find("later")).isEmpty();
        assertThat(client.enqueue(withKey(job("earlier"), Mode.KEEP_EARLIEST)))
                .containsExactly(EnqueueOutcome.REPLACED);
        assertThat(client.find("a")).isEmpty();
        assertThat(client.claimed().id()).isEqualTo("earlier");
    }

    @Test
    final void debounceTakesTheNewOneAtTheLaterTime() throws Exception {
        JobClient client = client();
        client.take(withKey(job("a"), Mode.DEBOUNCE));
        assertThat(client.enqueue(withKey(job("b", LONG), Mode.DEBOUNCE))).containsExactly(EnqueueOutcome.REPLACED);
        client.assertNothing();
        Instant later = client.find("b").orElseThrow().due();
        assertThat(client.enqueue(withKey(job("c"), Mode.DEBOUNCE))).containsExactly(EnqueueOutcome.REPLACED);
        client.assertNothing();
        assertThat(client.find("b")).isEmpty();
        assertThat(client.find("c").orElseThrow().due()).isEqualTo(later);
    }

    @Test
    final void keysDoNotTouchEachOtherNorIds() throws Exception {
        JobClient client = client();
        client.take(
                withKey(job("a"), "x", Mode.REJECT),
                withKey(job("b"), "X", Mode.REJECT),
                withKey(job("c"), "a", Mode.REJECT),
                withKey(job("x"), "k".repeat(Dedup.GREATEST_BYTES), Mode.REJECT),
                job("d"));
        assertThat(client.claim(10).jobs()).hasSize(5);
    }

    @Test
    final void aKeyIsFreeOnceItsJobIsGone() throws Exception {
        JobClient client = client();
        client.take(withKey(job("acked"), Mode.REJECT));
        client.ack(client.claimed());
        client.take(withKey(job("cancelled"), Mode.REJECT));
        client.cancel("cancelled");
        client.take(withTtl(withKey(job("expired"), Mode.REJECT), Duration.ofMillis(1)));
        awaitTime(client.find("expired").orElseThrow().due().plusMillis(1));
        assertThat(client.claim(1).expired()).containsExactly("expired");
        client.take(withKey(job("dead"), Mode.REJECT));
        client.nack(client.claimed(), Nack.Kind.DEAD_LETTER, Duration.ZERO);
        client.take(withKey(job("last"), Mode.REJECT));
        assertThat(client.enqueue(withKey(job("more"), Mode.REJECT))).containsExactly(EnqueueOutcome.DUPLICATE);
    }

    @Test
    final void aJobInFlightKeepsItsKeyAgainstReject() throws Exception {
        JobClient client = client();
        client.take(withKey(job("a"), Mode.REJECT));
        ClaimedJob claimed = client.claimed();
        assertThat(client.enqueue(withKey(job("b"), Mode.REJECT))).containsExactly(EnqueueOutcome.DUPLICATE);
        client.nack(claimed, LONG);
        assertThat(client.enqueue(withKey(job("b"), Mode.REJECT))).containsExactly(EnqueueOutcome.DUPLICATE);
    }

    @Test
    final void aJobInFlightGivesItsKeyAwayAndStays() throws Exception {
        for (Mode mode : List.of(Mode.REPLACE, Mode.KEEP_EARLIEST, Mode.DEBOUNCE)) {
            JobClient client = client(partition(mode.name(), 0));
            client.take(withKey(job("a"), mode));
            ClaimedJob claimed = client.claimed();
            client.take(withKey(job("b", LONG), mode));
            assertThat(client.ack(claimed)).isTrue();
            assertThat(client.enqueue(withKey(job("c"), Mode.REJECT)))
                    .as("the key after the end of the one that had it before")
                    .containsExactly(EnqueueOutcome.DUPLICATE);
        }
    }

    @Test
    final void aJobWhoseVisibilityTimeoutHasEndedCanBeReplaced() throws Exception {
        JobClient client = client();
        client.take(withKey(job("a"), Mode.REPLACE));
        ClaimedJob claimed = client.claimed(SHORT);
        await("the timeout ends", () -> client.look().head().isDue());
        assertThat(client.enqueue(withKey(job("b", LONG), Mode.REPLACE))).containsExactly(EnqueueOutcome.REPLACED);
        assertThat(client.ack(claimed)).isFalse();
        assertThat(client.stats().inFlight()).isZero();
        client.assertNothing();
    }

    @Test
    final void whatTakesAPlaceIsNotHeldToTheNumberOfJobs() throws Exception {
        JobClient client = client();
        Limits one = new Limits(1, 10);
        NewJob first = withBody(withKey(job("a"), Mode.REPLACE), JobBody.of(new byte[6]));
        NewJob second = withBody(withKey(job("b"), Mode.REPLACE), JobBody.of(new byte[7]));
        NewJob third = withBody(withKey(job("c"), Mode.REPLACE), JobBody.of(new byte[11]));
        assertThat(client.enqueue(one, first, second, third))
                .containsExactly(EnqueueOutcome.TAKEN, EnqueueOutcome.REPLACED, EnqueueOutcome.FULL);
        assertThat(client.claimed().id()).isEqualTo("b");
        assertThat(client.cancel("a")).isEqualTo(ChangeOutcome.NOT_FOUND);
    }
}
