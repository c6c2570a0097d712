package dev.pawl.lock.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.Ticker;
import dev.pawl.lock.redis.BallotSimulation.Setup;
import dev.pawl.lock.redis.RedLockNode.Held;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.redis.RedisKeys;
import dev.pawl.redis.RedisReply;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.RedisProcesses;
import dev.pawl.servers.RedisServers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whether the scripts say on a server what the simulation's nodes say. */
@RedisServers(value = 1, set = "flushed")
final class RedLockScriptsIT {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final LockResource LOCK = new LockResource(LockResource.Kind.LOCK, "a");

    private final RedisProcess server;
    private final RedisProcesses processes;
    private RedLockNodes nodes;
    private RedisKeys keys;
    private RedLockNode real;

    RedLockScriptsIT(RedisProcesses processes) {
        this.processes = processes;
        this.server = processes.servers().get(0);
    }

    @BeforeEach
    void connect() {
        nodes = new RedLockNodes(processes);
        keys = new RedisKeys(server.newPrefix());
        real = new RedLockNode(
                nodes.redis.get(0), keys, LockServers.check(nodes.redis.get(0), Clock.systemUTC(), Ticker.system()));
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    @Test
    void aServerSaysWhatTheSimulatedNodeSays() throws Exception {
        for (long seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            BallotSimulation simulation =
                    new BallotSimulation(seed, new Setup(3, false, false, false, BallotDefect.NONE));
            RedLockNode model = simulation.node(new BallotPort(simulation, simulation.nodes.get(0), null));
            LockResource lock = new LockResource(LockResource.Kind.LOCK, "seed " + seed);
            admit(real, 0);
            admit(model, 0);
            for (int step = 0; step < 200; step++) {
                compare(model, random, lock, "seed " + seed + ", step " + step);
            }
            server.flushAll();
        }
    }

    private void compare(RedLockNode model, Random random, LockResource lock, String step) {
        Held held = new Held("c-" + random.nextInt(3), 100 + random.nextInt(12));
        int what = random.nextInt(10);
        NodeAnswer said = ask(real, what, lock, held);
        NodeAnswer expected = ask(model, what, lock, held);
        assertThat(known(said) + " " + said.mark())
                .as("%s: request %s of %s", step, what, held)
                .isEqualTo(known(expected) + " " + expected.mark());
    }

    /** The mark of a refusal ends after a second, which this test may be longer about. */
    private static NodeAnswer.Kind known(NodeAnswer answer) {
        return answer.confirms() ? NodeAnswer.Kind.YES : answer.kind();
    }

    @Test
    void aReleaseTellsWhetherOthersWereRefused() {
        admit(real, 0);
        long proposal = 1;
        // The mark of a refusal ends after a second: a round in which this test was slower tells nothing.
        while (!isWanted(++proposal)) {
            assertThat(proposal).isLessThan(30);
        }
        Held held = new Held("c-1", ++proposal);
        real.acquire(LOCK, held.attempt(), held.proposal(), HOUR).join();
        assertThat(real.release(LOCK, held, Duration.ZERO).join().kind())
                .as("after a release that told it")
                .isEqualTo(NodeAnswer.Kind.YES);
    }

    private boolean isWanted(long proposal) {
        Held held = new Held("c-1", proposal);
        real.acquire(LOCK, held.attempt(), proposal, HOUR).join();
        assertThat(real.acquire(LOCK, "c-2", proposal + 1, HOUR).join().kind()).isEqualTo(NodeAnswer.Kind.HELD);
        return real.release(LOCK, held, Duration.ZERO).join().kind() == NodeAnswer.Kind.WANTED;
    }

    private static NodeAnswer ask(RedLockNode node, int what, LockResource lock, Held held) {
        if (what < 4) {
            return node.acquire(lock, held.attempt(), held.proposal(), HOUR).join();
        } else if (what < 6) {
            return node.renew(lock, held, what == 4 ? HOUR : Duration.ZERO).join();
        }
        Held given = what == 6 ? new Held(held.attempt(), 0) : held;
        return node.release(lock, given, what == 7 && held.proposal() == 111 ? HOUR : Duration.ZERO)
                .join();
    }

    @Test
    void anAdmittedNodeRefusesWhatItsFloorCovers() {
        admit(real, 500);
        assertThat(real.acquire(LOCK, "c-1", 500, HOUR).join())
                .isEqualTo(new NodeAnswer(NodeAnswer.Kind.LOW, 0, 500, null));
        assertThat(real.renew(LOCK, new Held("c-1", 499), HOUR).join().kind()).isEqualTo(NodeAnswer.Kind.NO);
        assertThat(real.renew(LOCK, new Held("c-1", 500), HOUR).join().kind()).isEqualTo(NodeAnswer.Kind.YES);
        assertThat(real.acquire(LOCK, "c-2", 501, HOUR.plusMillis(1)).join())
                .isEqualTo(new NodeAnswer(NodeAnswer.Kind.TOO_LONG, HOUR.toMillis(), 0, null));
    }

    @Test
    void aFloorThatIsDueStandsForAllThatWasAccepted() throws Exception {
        admit(real, 0);
        LockResource other = new LockResource(LockResource.Kind.LOCK, "b");
        real.acquire(other, "c-1", 700, HOUR).join();
        // Below what another lock has: fine until the floor rises.
        assertThat(real.acquire(LOCK, "c-2", 600, Duration.ofMillis(1)).join().kind())
                .isEqualTo(NodeAnswer.Kind.YES);
        String key = keys.key("redlock", "node");
        String record = String.valueOf(server.ask("GET", key));
        // As if the floor had been set an hour ago, and as if the clock had been set back by one.
        for (long shift : List.of(-3_600_000L, 3_600_000L)) {
            long since = Long.parseLong(record.substring(87, 100)) + shift;
            server.ask("SET", key, record.substring(0, 87) + since);
            assertThat(real.acquire(new LockResource(LockResource.Kind.LOCK, "c" + shift), "c-3", 699, HOUR)
                            .join())
                    .isEqualTo(new NodeAnswer(NodeAnswer.Kind.LOW, 0, 700, null));
            server.ask("SET", key, record.substring(0, 87) + since);
            LockResource free = new LockResource(LockResource.Kind.LOCK, "d" + shift);
            assertThat(real.renew(free, new Held("c-3", 699), HOUR).join().kind())
                    .as("nor does a renewal take the node over")
                    .isEqualTo(NodeAnswer.Kind.NO);
            assertThat(real.renew(free, new Held("c-3", 700), HOUR).join().kind())
                    .isEqualTo(NodeAnswer.Kind.YES);
        }
        assertThat((Long) server.ask("PTTL", keys.key("redlock-lock", "b")))
                .isGreaterThan(Duration.ofDays(6).toMillis());
        assertThat(server.ask("PTTL", key)).as("the node's record stays").isEqualTo(-1L);
    }

    @Test
    void aRecordOfAnotherRunGivesNoVote() throws Exception {
        admit(real, 0);
        Held held = new Held("c-1", 600);
        real.acquire(LOCK, held.attempt(), held.proposal(), HOUR).join();
        String key = keys.key("redlock", "node");
        String record = String.valueOf(server.ask("GET", key));
        char last = record.charAt(41);
        String other = record.substring(0, 41) + (last == '0' ? '1' : '0') + record.substring(42);
        for (String kept : List.of(other, record.substring(0, 12))) {
            server.ask("SET", key, kept);
            for (int what : List.of(0, 4, 9)) {
                assertThat(ask(real, what, LOCK, held).kind())
                        .as("request %s with record %s", what, kept)
                        .isEqualTo(NodeAnswer.Kind.KEPT_OUT);
            }
        }
    }

    private static void admit(RedLockNode node, long floor) {
        RedisReply look =
                node.call(RedLockScripts.LOOK, List.of()).toCompletableFuture().join();
        List<byte[]> args = List.of(
                look.bytes(0),
                look.bytes(2),
                text("A"),
                text(String.format("%013d", HOUR.toMillis())),
                Scripts.padded(floor),
                text(""));
        RedisReply changed =
                node.call(RedLockScripts.CHANGE, args).toCompletableFuture().join();
        assertThat(changed.integer(0)).isEqualTo(1);
        assertThat(node.call(RedLockScripts.CHANGE, args)
                        .toCompletableFuture()
                        .join()
                        .integer(0))
                .as("as it was seen no more")
                .isZero();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
