package dev.pawl.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import org.junit.jupiter.api.Test;

@RedisCluster
final class RedisClusterIT {

    private final RedisClusterNodes cluster;

    RedisClusterIT(RedisClusterNodes cluster) {
        this.cluster = cluster;
    }

    @Test
    void everyMasterHasAThirdOfTheSlots() throws Exception {
        String key = cluster.masters().get(0).newPrefix();
        RedisProcess master = cluster.masterOf(key);
        master.ask("SET", key, "42");
        for (RedisProcess other : cluster.masters()) {
            if (other != master) {
                assertThatIOException()
                        .isThrownBy(() -> other.ask("GET", key))
                        .withMessage("MOVED " + cluster.slot(key) + " 127.0.0.1:" + master.port());
            }
        }
    }

    @Test
    void aSlotMovesWithItsKeys() throws Exception {
        String key = cluster.masters().get(0).newPrefix();
        int slot = cluster.slot(key);
        RedisProcess from = cluster.masterOf(key);
        RedisProcess to =
                cluster.masters().stream().filter(m -> m != from).findFirst().orElseThrow();
        from.ask("SET", key, "42");
        cluster.beginMove(slot, from, to);
        cluster.moveKeys(slot, from, to);
        assertThatIOException().isThrownBy(() -> from.ask("GET", key)).withMessageStartingWith("ASK ");
        cluster.endMove(slot, to);
        assertThat(cluster.masterOf(key)).isSameAs(to);
        assertThat(to.ask("GET", key)).isEqualTo("42");
    }
}
