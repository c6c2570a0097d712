package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.spi.Reservation.Range;
import org.junit.jupiter.api.Test;

/** What the store owes on a server that crashes. */
abstract class CrashingStoreContract extends NetworkedStoreContract {

    @Test
    void aServerThatIsKilledLosesNothingThatWasGranted() throws Exception {
        JdbcSegmentStore store = store();
        long last = 0;
        for (int round = 0; round < 3; round++) {
            Range range = Await.range(store.reserve("orders", 10));
            assertThat(range.first()).isGreaterThan(last);
            last = range.last();
            server().kill();
            assertThat(Await.failure(store.reserve("orders", 10)).outcome()).isEqualTo(Outcome.NOT_APPLIED);
            server().start();
        }
        assertThat(Await.range(store.reserve("orders", 10)).first()).isEqualTo(31);
    }
}
