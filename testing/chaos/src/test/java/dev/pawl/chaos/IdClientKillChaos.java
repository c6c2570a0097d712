package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.chaos.IdHistory.Verdict;
import dev.pawl.common.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The id service, killed and started again under clients that lease ranges from it. */
final class IdClientKillChaos {

    private static final int KILLS = ChaosSettings.longRounds() ? 25 : 5;
    private static final int LEAST_IDS = 20_000;
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final String CONFIG = "pawl:\n  generators:\n    parcels: {kind: segment}\n";

    /** One client whose segment in hand outlasts every outage, and one whose segments end within each of them. */
    @Test
    void clientsOfAServiceThatIsKilledRepeatNothingAndGoOnWhenItIsBack() throws IOException {
        String name = "client-kills";
        Random random = ChaosSettings.random(name);
        long start = Ticker.system().nanos();
        IdHistory history = new IdHistory("parcels", id -> "");
        List<Long> millisUntilIds = new ArrayList<>();
        IdService service =
                IdService.in(ChaosSettings.folder(name)).withConfig(CONFIG).with("PORT", String.valueOf(freePort()));
        ServiceProcess process = service.start(Duration.ZERO);
        try (LeasingClient steady =
                        new LeasingClient(process.address(), "parcels", history, 5_000_000, Duration.ofHours(1));
                LeasingClient hungry =
                        new LeasingClient(process.address(), "parcels", history, 500, Duration.ofMillis(50))) {
            awaitIds(1, steady, hungry);
            long failuresBeforeTheFirstRange = steady.failures();
            for (int kill = 0; kill < KILLS; kill++) {
                awaitIds(LEAST_IDS, steady, hungry);
                Await.pass(Duration.ofMillis(random.nextInt(100)));
                process.process().kill();
                long failures = hungry.failures();
                Await.until("the short segments are used up", Await.PATIENCE, () -> hungry.failures() > failures);
                process = service.start(Duration.ZERO);
                millisUntilIds.add(millisUntilIds(hungry));
            }
            awaitIds(LEAST_IDS, steady, hungry);
            assertThat(steady.failures())
                    .as("errors while a segment was in hand")
                    .isEqualTo(failuresBeforeTheFirstRange);
            steady.stop();
            hungry.stop();
            ChaosSettings.report(
                    name,
                    start,
                    KILLS + " kills, " + history.size() + " ids, ids again after " + millisUntilIds + " ms, "
                            + hungry.stats());
            assertThat(process.terminate()).as("exit code after SIGTERM").isZero();
        } finally {
            process.close();
        }

        Verdict verdict = history.judge();
        assertThat(verdict.problems()).isEmpty();
        assertThat(verdict.repeats()).isZero();
        assertThat(millisUntilIds).hasSize(KILLS);
    }

    private static void awaitIds(int more, LeasingClient steady, LeasingClient hungry) {
        int ofSteady = steady.size();
        int ofHungry = hungry.size();
        Await.until(more + " more ids of each client", Await.PATIENCE, () -> {
            steady.requireNoError();
            hungry.requireNoError();
            return steady.size() >= ofSteady + more && hungry.size() >= ofHungry + more;
        });
    }

    /** From readiness to the next id; more than the promised time fails. */
    private static long millisUntilIds(LeasingClient hungry) {
        long readyNanos = Ticker.system().nanos();
        int before = hungry.size();
        try {
            Await.until("ids go on", SOON, () -> hungry.size() > before);
        } catch (AssertionError e) {
            throw new AssertionError("no ids in time after readiness: " + hungry.stats(), hungry.failure());
        }
        return (Ticker.system().nanos() - readyNanos) / 1_000_000;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
