package dev.pawl.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@ZooKeeperServer
@Tag("slow")
final class ZooKeeperServerIT {

    @Test
    void aKilledServerServesAgain(ZooKeeperProcess server) throws Exception {
        assertThat(server.mode()).isEqualTo("standalone");
        server.kill();
        assertThat(server.serves()).isFalse();
        server.start();
        assertThat(server.serves()).isTrue();
        assertThat(server.newPath()).isNotEqualTo(server.newPath());
    }

    @Test
    @Tag("slow")
    void aServerThatIsCutOffServesNoLongerAfterSomeTicksAndComesBack(ZooKeeperEnsemble ensemble) throws Exception {
        ZooKeeperProcess leader = ensemble.leader();
        ZooKeeperProcess cut = ensemble.follower();
        ensemble.cutOff(cut);
        assertThat(cut.mode()).as("it has not noticed yet").isEqualTo("follower");
        Commands.waitUntil(Duration.ofSeconds(60), () -> !isFollower(cut));
        assertThat(ensemble.leader().port()).isEqualTo(leader.port());
        ensemble.ensureRunning();
        assertThat(cut.mode()).isEqualTo("follower");
    }

    private static boolean isFollower(ZooKeeperProcess server) {
        try {
            return server.mode().equals("follower");
        } catch (IOException e) {
            return false;
        }
    }
}
