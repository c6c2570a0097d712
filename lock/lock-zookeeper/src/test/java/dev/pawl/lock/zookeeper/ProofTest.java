package dev.pawl.lock.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A timeout of 30 s, ticks of 2 s: what is proven lasts 29.7 s from the write that counts. */
final class ProofTest {

    private final Proof proof = new Proof(seconds(30), seconds(2), seconds(100));

    private static long seconds(double seconds) {
        return Math.round(seconds * 1e9);
    }

    private double until() {
        return proof.until() / 1e9;
    }

    @Test
    void aSessionLivesFromTheRequestForIt() {
        assertThat(until()).isEqualTo(129.7);
    }

    @Test
    void aWriteCountsOnceOneIsAnsweredThatWasSentATickLater() {
        proof.beat(seconds(105));
        assertThat(until()).isEqualTo(129.7);
        proof.beat(seconds(106.9));
        assertThat(until()).isEqualTo(129.7);
        proof.written(seconds(107));
        assertThat(until()).isEqualTo(134.7);
        proof.written(seconds(108.9));
        assertThat(until()).isCloseTo(136.6, org.assertj.core.data.Offset.offset(1e-6));
    }

    @Test
    void answersInAnotherOrderTakeNothingBack() {
        proof.beat(seconds(105));
        proof.written(seconds(120));
        proof.written(seconds(106));
        assertThat(until()).isEqualTo(134.7);
        proof.beat(seconds(110));
        assertThat(until()).isEqualTo(139.7);
    }

    @Test
    void regularWritesProveTheGreatestLeaseAtAnyTime() {
        ZooKeeperLockOptions options = ZooKeeperLockOptions.defaults();
        long every = options.sessionTimeout().toNanos() / ZooKeeperLockOptions.WRITES;
        for (int i = 0; i < 10; i++) {
            long beat = seconds(100) + i * every;
            proof.beat(beat);
            for (long now = beat; now < beat + every; now += seconds(0.1)) {
                Proof then = copy(i, every);
                then.written(now);
                assertThat(then.until() - now)
                        .isGreaterThanOrEqualTo(options.greatestLease().toNanos());
            }
        }
        assertThat(options.greatestLease()).isEqualTo(Duration.ofMillis(22_700));
    }

    private static Proof copy(int beats, long every) {
        Proof copy = new Proof(seconds(30), seconds(2), seconds(100));
        for (int i = 0; i <= beats; i++) {
            copy.beat(seconds(100) + i * every);
        }
        return copy;
    }
}
