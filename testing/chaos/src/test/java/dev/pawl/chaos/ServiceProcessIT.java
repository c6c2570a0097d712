package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the faults are made of does what it says. */
final class ServiceProcessIT {

    private final IdHistory history = new IdHistory("orders", id -> "");

    @Test
    void aPausedServiceAnswersNothingAndGoesOnWhereItWas() throws IOException {
        try (ServiceProcess service =
                        IdService.in(ChaosSettings.folder("pause")).start(Duration.ZERO);
                IdLoad load = new IdLoad(service, 1).client(history, 1, Duration.ZERO)) {
            Await.until("ids before the pause", Await.PATIENCE, () -> history.size() > 100);
            service.process().pause();
            long paused = settled();
            Await.pass(Duration.ofMillis(300));
            assertThat(history.size()).isEqualTo(paused);
            assertThat(service.process().isAlive()).isTrue();

            service.process().resume();
            Await.until("ids after the pause", Await.PATIENCE, () -> history.size() > paused + 100);
            assertThat(load.stop()).isEqualTo(new IdLoad.Outcome(0, 0));
            assertThat(service.terminate()).isZero();
        }
        assertThat(history.judge().problems()).isEmpty();
    }

    @Test
    void aPausedServiceIsEndedByClose() throws IOException {
        ServiceProcess service = IdService.in(ChaosSettings.folder("close")).start(Duration.ZERO);
        long pid = service.process().pid();
        service.process().pause();
        service.close();
        assertThat(ProcessHandle.of(pid)).isEmpty();
    }

    @Test
    void aReplyThatDidNotComeIsNoAcknowledgement() throws IOException {
        try (ServiceProcess service =
                        IdService.in(ChaosSettings.folder("broken")).start(Duration.ZERO);
                IdLoad load = new IdLoad(service, 1).client(history, 100, Duration.ZERO)) {
            Await.until("ids before the kill", Await.PATIENCE, () -> history.size() > 1000);
            load.faultComes();
            service.process().kill();
            assertThat(load.awaitBroken()).isEqualTo(new IdLoad.Outcome(1, 0));
        }
        assertThat(history.size() % 100).isZero();
    }

    /** What the kernel had taken before the pause may still arrive. */
    private long settled() {
        Await.pass(Duration.ofMillis(50));
        return history.size();
    }
}
