package dev.pawl.lock.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pawl.lock.LockHandle;
import dev.pawl.lock.LockLost;
import dev.pawl.lock.LockService;
import dev.pawl.lock.LossCause;
import dev.pawl.servers.ZooKeeperProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each connection negotiates the session's timeout anew, and another server may allow less than the first one. */
@Tag("slow")
final class ZooKeeperShorterSessionIT {

    @Test
    void aSessionWhoseTimeoutIsShorterAfterAReconnectIsGivenUp() throws Exception {
        ZooKeeperLockOptions options = ZooKeeperLockOptions.defaults().withSessionTimeout(Duration.ofSeconds(40));
        try (ZooKeeperProcess server = ZooKeeperProcess.create();
                Client client = new Client(server.connectString(), "/pawl", options, 2_000_000_000);
                LockService locks = LockService.of(client.backend)) {
            LockHandle handle = locks.lock("a").acquire();
            List<LockLost> losses = new CopyOnWriteArrayList<>();
            handle.onLost(losses::add);
            server.kill();
            server.set("maxSessionTimeout=10000");
            server.start();
            await().atMost(Duration.ofSeconds(60)).until(() -> !losses.isEmpty());
            assertThat(losses)
                    .singleElement()
                    .satisfies(lost -> assertThat(lost.cause())
                            .as("the server was not away for a lease, or this shows nothing")
                            .isEqualTo(LossCause.GONE_FROM_STORE));
            assertThatThrownBy(() -> locks.lock("b").tryAcquire())
                    .hasMessageContaining("servers must allow the session timeout");
        }
    }
}
