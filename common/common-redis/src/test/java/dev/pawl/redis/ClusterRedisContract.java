package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.BackendException.Outcome;
import dev.pawl.servers.RedisClusterNodes;
import dev.pawl.servers.RedisProcess;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract over a Cluster, whose slots move. */
public abstract class ClusterRedisContract extends RedisContract {

    private static final RedisScript BOTH =
            new RedisScript("both.lua", "redis.call('INCR', KEYS[1]) return {redis.call('INCR', KEYS[2])}");

    protected final RedisClusterNodes cluster;

    protected ClusterRedisContract(RedisClusterNodes cluster) {
        this.cluster = cluster;
    }

    @Override
    protected final List<RedisProcess> masters() {
        return cluster.masters();
    }

    @Override
    protected final RedisProcess masterOf(String key) throws IOException {
        return cluster.masterOf(key);
    }

    @Override
    protected final void repair() throws Exception {
        cluster.ensureRunning();
    }

    @Test
    void aSlotThatMovesIsFollowedAndEachRequestAppliedOnce() throws Exception {
        String key = keys.key("x", "a");
        int slot = cluster.slot(key);
        RedisProcess from = cluster.masterOf(key);
        RedisProcess to =
                cluster.masters().stream().filter(m -> m != from).findFirst().orElseThrow();
        assertThat(increment(key)).isEqualTo(1);
        cluster.beginMove(slot, from, to);
        assertThat(increment(key)).as("the key is still there").isEqualTo(2);
        cluster.moveKeys(slot, from, to);
        assertThat(increment(key)).as("ASK").isEqualTo(3);
        cluster.endMove(slot, to);
        assertThat(increment(key)).as("MOVED").isEqualTo(4);
        assertThat(increment(key)).isEqualTo(5);
        assertThat(to.ask("GET", key)).isEqualTo("5");
    }

    @Test
    void keysThatAreHalfMovedAreNotTouched() throws Exception {
        String here = keys.key("x", "a");
        String there = keys.key("x", "a", "part");
        int slot = cluster.slot(here);
        RedisProcess from = cluster.masterOf(here);
        RedisProcess to =
                cluster.masters().stream().filter(m -> m != from).findFirst().orElseThrow();
        assertThat(get(redis.eval(BOTH, List.of(here, there), List.of())).integer(0))
                .isEqualTo(1);
        cluster.beginMove(slot, from, to);
        from.ask("MIGRATE", "127.0.0.1", Integer.toString(to.port()), there, "0", "5000");
        assertThat(failureOrNull(redis.eval(BOTH, List.of(here, there), List.of())))
                .as("TRYAGAIN")
                .isIn(Outcome.NOT_APPLIED, Outcome.UNKNOWN);
        assertThat(from.ask("GET", here)).isEqualTo("1");
        cluster.moveKeys(slot, from, to);
        cluster.endMove(slot, to);
        assertThat(get(redis.eval(BOTH, List.of(here, there), List.of())).integer(0))
                .isEqualTo(2);
    }

    @Test
    void keysOfTwoSlotsAreRefused() {
        assertThat(failure(redis.eval(BOTH, List.of(keys.key("x", "a"), keys.key("x", "b")), List.of()))
                        .outcome())
                .isEqualTo(Outcome.NOT_APPLIED);
    }

    @Test
    void messagesPassFromEveryNodeToEveryNode() throws Exception {
        Heard heard = new Heard();
        String channel = keys.key("x", "channel");
        get(redis.subscribe(channel, heard));
        for (RedisProcess master : cluster.masters()) {
            master.ask("PUBLISH", channel, "from " + master.port());
            heard.await("from " + master.port());
        }
    }

    @Test
    void aSubscriptionOutlivesTheRestartOfEveryNode() throws Exception {
        Heard heard = new Heard();
        String channel = keys.key("x", "channel");
        get(redis.subscribe(channel, heard));
        for (RedisProcess restarted : cluster.masters()) {
            restarted.kill();
            restarted.start();
        }
        repair();
        heard.awaitResubscribed();
        publish(channel, "a");
        heard.await("a");
    }
}
