package dev.pawl.lock.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a session remembers of its grants. */
final class RedLockGrantsTest {

    private static final Duration LEASE = Duration.ofSeconds(1);

    private long now;
    private final RedLockGrants grants = new RedLockGrants(() -> now);

    @Test
    void aGrantIsRememberedUntilItIsReleased() {
        grants.add("one", 7, LEASE);
        assertThat(grants.of("one")).hasValue(7);
        assertThat(grants.of("two")).isEmpty();
        grants.remove("one");
        assertThat(grants.of("one")).isEmpty();
    }

    @Test
    void grantsThatWereNeverReleasedAreForgottenAfterTheirLeases() {
        grants.add("renewed", 1, LEASE);
        for (int i = 0; i < 100_000; i++) {
            now += LEASE.dividedBy(100).toNanos();
            grants.add("dead-" + i, i, LEASE);
            grants.renewed("renewed", 1, LEASE);
        }
        assertThat(grants.size()).isLessThan(1_000);
        assertThat(grants.of("renewed")).hasValue(1);
        assertThat(grants.of("dead-99999")).hasValue(99_999);
    }

    @Test
    void aRenewalOfAnotherGrantChangesNothing() {
        grants.add("one", 7, LEASE);
        grants.renewed("one", 6, LEASE.multipliedBy(1_000));
        now = LEASE.multipliedBy(2).toNanos();
        for (int i = 0; i < 256; i++) {
            grants.add("other-" + i, i, LEASE);
        }
        assertThat(grants.of("one")).isEmpty();
    }
}
