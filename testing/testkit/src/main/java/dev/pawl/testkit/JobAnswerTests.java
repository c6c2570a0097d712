package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.delay.spi.ClaimAnswer;
import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
import dev.pawl.delay.spi.DeadLetter;
import dev.pawl.delay.spi.Nack;
import dev.pawl.delay.spi.Receipt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A delivery is answered by its token, and by nothing else. */
abstract class JobAnswerTests extends JobClaimTests {

    @Test
    final void anAckFinishesAJobAndCanBeRepeated() throws Exception {
        JobClient client = client();
        client.take(job("a"));
        ClaimedJob claimed = client.claimed();
        assertThat(client.ack(claimed)).isTrue();
        assertThat(client.ack(claimed)).isTrue();
        assertThat(client.find("a")).isEmpty();
        assertThat(client.stats().inFlight()).isZero();
    }

    @Test
    final void anAnswerOfSomebodyWhoHasNotGotTheJobIsRefused() throws Exception {
        JobClient client = client();
        JobClient other = client();
        client.take(job("a"));
        ClaimedJob stale = client.claimed(Duration.ofMillis(1));
        ClaimedJob newer = awaitJob(other);
        assertThat(client.ack(stale)).isFalse();
        assertThat(client.nack(stale, Duration.ZERO)).isFalse();
        assertThat(client.nack(stale, Nack.Kind.DEAD_LETTER, Duration.ZERO)).isFalse();
        assertThat(client.extend(stale, LONG)).isFalse();
        assertThat(client.find("a").orElseThrow().inFlight()).isTrue();
        assertThat(other.ack(newer)).isTrue();
        assertThat(client.ack(stale)).as("after the other's ack").isFalse();
    }

    @Test
    final void aTokenIsRefusedThatNobodyWasGiven() throws Exception {
        JobClient client = client();
        client.take(job("a"), job("b", LONG));
        ClaimedJob claimed = client.claimed();
        List<Receipt> wrong = List.of(
                new Receipt("a", claimed.token() + 1),
                new Receipt("a", claimed.token() - 1),
                new Receipt("b", claimed.token()),
                new Receipt("c", claimed.token()));
        assertThat(Threads.await(client.session.ack(client.partition, wrong)).each())
                .containsOnly(false);
        assertThat(Threads.await(client.session.extend(client.partition, wrong, LONG))
                        .each())
                .containsOnly(false);
    }

    @Test
    final void aBatchIsAnsweredPartByPartInItsOrder() throws Exception {
        JobClient client = client();
        client.take(job("a"), job("b"), job("c"));
        List<ClaimedJob> jobs = client.claim(3).jobs();
        List<Receipt> receipts = List.of(
                of(jobs, "c").receipt(),
                new Receipt("a", 1),
                of(jobs, "b").receipt(),
                of(jobs, "c").receipt());
        assertThat(Threads.await(client.session.ack(client.partition, receipts)).each())
                .containsExactly(true, false, true, true);
        assertThat(client.find("a")).isPresent();
    }

    @Test
    final void whatWasNotClaimedAgainCanBeAnsweredAfterItsVisibilityTimeout() throws Exception {
        JobClient client = client();
        client.take(job("a"));
        ClaimedJob claimed = client.claimed(SHORT);
        await("the timeout ends", () -> client.look().head().isDue());
        assertThat(client.extend(claimed, LONG)).isTrue();
        client.assertNothing();
        assertThat(client.extend(claimed, SHORT)).isTrue();
        await("the timeout ends", () -> client.look().head().isDue());
        assertThat(client.ack(claimed)).isTrue();
        client.assertNothing();
    }

    @Test
    final void anExtensionMovesTheEndOfTheVisibilityTimeout() throws Exception {
        JobClient client = client();
        client.take(job("a"));
        ClaimedJob claimed = client.claimed(Duration.ofMinutes(1));
        assertThat(client.extend(claimed, LONG)).isTrue();
        assertThat(client.look().head().dueInMillis()).isGreaterThan(60_001);
        Instant before = client.claim(1).at();
        assertThat(client.extend(claimed, SHORT)).isTrue();
        assertThat(awaitJob(client).attempt()).isEqualTo(2);
        assertThat(client.claim(1).at()).isAfterOrEqualTo(before.plus(SHORT));
    }

    @Test
    final void aNackBringsTheJobBackAfterItsDelayAndNotBefore() throws Exception {
        JobClient client = client();
        client.take(job("a"));
        ClaimedJob first = client.claimed();
        Instant before = client.claim(1).at();
        assertThat(client.nack(first, SHORT)).isTrue();
        assertThat(client.find("a").orElseThrow().inFlight()).isFalse();
        assertThat(client.stats().inFlight()).isZero();
        await("the job comes again", () -> {
            ClaimAnswer answer = client.claim(1);
            assertThat(answer.jobs().isEmpty() || !answer.at().isBefore(before.plus(SHORT)))
                    .isTrue();
            return !answer.jobs().isEmpty();
        });
        assertThat(client.find("a").orElseThrow().attempt()).isEqualTo(2);
        assertThat(client.find("a").orElseThrow().due()).isEqualTo(first.due());
    }

    @Test
    final void theFirstOfRepeatedNacksDecides() throws Exception {
        JobClient client = client();
        client.take(job("a"));
        ClaimedJob claimed = client.claimed();
        assertThat(client.nack(claimed, LONG)).isTrue();
        assertThat(client.nack(claimed, Duration.ZERO)).isTrue();
        assertThat(client.nack(claimed, Nack.Kind.DEAD_LETTER, Duration.ZERO)).isTrue();
        client.assertNothing();
        assertThat(client.find("a")).isPresent();
    }

    @Test
    final void whatWasGivenBackCannotBeAckedNorExtended() throws Exception {
        JobClient client = client();
        client.take(job("a"));
        ClaimedJob claimed = client.claimed();
        client.nack(claimed, Duration.ZERO);
        assertThat(client.ack(claimed)).isFalse();
        assertThat(client.extend(claimed, LONG)).isFalse();
        ClaimedJob again = client.claimed();
        assertThat(client.ack(again)).isTrue();
        assertThat(client.nack(again, Duration.ZERO)).isFalse();
        client.assertNothing();
    }

    @Test
    final void givingBackWhatWasNotBegunCountsNoAttempt() throws Exception {
        JobClient client = client();
        client.take(withAttempts(job("a"), 1));
        ClaimedJob first = client.claimed();
        assertThat(client.nack(first, Nack.Kind.GIVE_BACK, Duration.ZERO)).isTrue();
        assertThat(client.nack(first, Nack.Kind.GIVE_BACK, Duration.ZERO)).isTrue();
        assertThat(client.find("a").orElseThrow().attempt()).isZero();
        ClaimedJob second = client.claimed();
        assertThat(second.attempt()).isEqualTo(1);
        assertThat(second.token()).isGreaterThan(first.token());
    }

    @Test
    final void aNackOfTheLastAttemptMakesADeadLetter() throws Exception {
        JobClient client = client();
        client.take(withAttempts(job("a"), 2));
        ClaimedJob first = client.claimed();
        client.nack(first, Duration.ZERO);
        ClaimedJob claimed = client.claimed();
        assertThat(client.nack(claimed, Duration.ZERO)).isTrue();
        assertThat(client.nack(claimed, Duration.ZERO)).as("repeated").isTrue();
        assertThat(client.nack(first, Duration.ZERO))
                .as("of the delivery before")
                .isFalse();
        client.assertNothing();
        List<DeadLetter> letters = client.deadLetters(10);
        assertThat(letters).hasSize(1);
        DeadLetter letter = letters.get(0);
        assertThat(letter.id()).isEqualTo("a");
        assertThat(letter.reason()).isEqualTo("no");
        assertThat(letter.attempt()).isEqualTo(2);
        assertThat(letter.due()).isEqualTo(claimed.due());
        assertThat(letter.died()).isAfterOrEqualTo(claimed.due());
        assertThat(letter.body()).isEqualTo(claimed.body());
    }

    @Test
    final void aJobCanBeMadeADeadLetterAtOnce() throws Exception {
        JobClient client = client();
        client.take(job("a"));
        ClaimedJob claimed = client.claimed();
        assertThat(client.nack(claimed, Nack.Kind.DEAD_LETTER, LONG)).isTrue();
        assertThat(client.ack(claimed)).isFalse();
        assertThat(client.deadLetters(10).stream().map(DeadLetter::id)).containsExactly("a");
        assertThat(client.stats().dead()).isEqualTo(1);
        assertThat(client.stats().inFlight()).isZero();
    }
}
