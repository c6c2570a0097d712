package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pawl.idgen.spi.WorkerRecord;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class WorkerLeaseHistoryTest {

    private final WorkerLeaseHistory history = new WorkerLeaseHistory();
    private final WorkerRecord first = WorkerLeaseCalls.first(0);
    private final WorkerRecord second = first.withToTick(5_000, first.window());

    @Test
    void aHistoryInOrderPasses() {
        write(Optional.empty(), first);
        see(Optional.of(first));
        write(Optional.of(first), second);
        see(Optional.of(second));
        assertThatCode(history::assertInvariants).doesNotThrowAnyException();
    }

    @Test
    void twoWritesOfOneRevisionAreCaught() {
        write(Optional.empty(), first);
        write(Optional.of(first), second);
        write(Optional.of(first), WorkerLeaseCalls.takenOver(first));
        assertCaught("revision of acknowledged write 3");
    }

    @Test
    void aWriteOverAnotherOwnersRecordIsCaught() {
        write(Optional.empty(), first);
        WorkerRecord other = WorkerLeaseCalls.first(0);
        write(Optional.of(other), other.withToTick(5_000, other.window()));
        assertCaught("was written over");
    }

    @Test
    void aWriteThatEndedBeforeTheOneThatItFollowsBeganIsCaught() {
        write(Optional.of(first), second);
        write(Optional.empty(), first);
        assertCaught("has a later revision than one that began after it had ended");
    }

    @Test
    void aReadThatIsOlderThanWhatWasAcknowledgedIsCaught() {
        write(Optional.empty(), first);
        see(Optional.empty());
        assertCaught("is older than acknowledged");
    }

    @Test
    void aReadOfWhatWasNeverWrittenIsCaught() {
        see(Optional.of(first));
        assertCaught("was never written");
    }

    @Test
    void aReadThatDiffersFromWhatWasWrittenIsCaught() {
        write(Optional.empty(), first);
        see(Optional.of(WorkerLeaseCalls.first(0)));
        assertCaught("as it was read");
    }

    @Test
    void aReadOfTheFutureIsCaught() {
        see(Optional.of(first));
        write(Optional.empty(), first);
        assertCaught("is of the future");
    }

    private void write(Optional<WorkerRecord> expected, WorkerRecord next) {
        history.written("orders", expected, next, history.stamp());
    }

    private void see(Optional<WorkerRecord> record) {
        history.seen("orders", 0, record, history.stamp());
    }

    private void assertCaught(String message) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(history::assertInvariants)
                .withMessageContaining(message);
    }
}
