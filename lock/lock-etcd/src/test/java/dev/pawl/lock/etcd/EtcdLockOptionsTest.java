package dev.pawl.lock.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class EtcdLockOptionsTest {

    private final EtcdLockOptions defaults = EtcdLockOptions.defaults();

    @Test
    void leasesAndDelaysHaveBounds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.withGreatestLease(Duration.ofMillis(999)))
                .withMessage("greatestLease must be in [1 s, 1 h]: greatestLease=PT0.999S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.withLeastLease(Duration.ofSeconds(31)))
                .withMessage("leastLease must be in [1 s, PT30S]: leastLease=PT31S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.withDelay(Duration.ofSeconds(-1)))
                .withMessage("delay must be in [0, 1 h]: delay=PT-1S");
    }

    @Test
    void serversBelowThreeFiveAreOld() {
        assertThat(ServerCheck.isOld("3.4.23")).isTrue();
        assertThat(ServerCheck.isOld("2.3.8")).isTrue();
        assertThat(ServerCheck.isOld("3.5.0")).isFalse();
        assertThat(ServerCheck.isOld("3.6.0-rc.1")).isFalse();
        assertThat(ServerCheck.isOld("4.0")).isFalse();
        assertThat(ServerCheck.isOld("")).isFalse();
    }
}
