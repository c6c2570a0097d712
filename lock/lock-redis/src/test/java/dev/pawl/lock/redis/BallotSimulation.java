package dev.pawl.lock.redis;

import dev.pawl.lock.spi.LockResource;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisKeys;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One run of sessions as they are shipped over nodes whose scripts are written in Java, on one thread and a clock that the run moves.
 * Requests and replies are lost, late, doubled and overtaken; clients pause, die and come anew; nodes lose their data and
 * are admitted by the administration as it is shipped. Times are microseconds.
 */
final class BallotSimulation {

    static final long LEASE = 1_000_000;
    /** Runs are short, since many are worth more than long ones; a defect may take longer. */
    private static final long LENGTH = 6 * LEASE;

    private static final long LENGTH_OF_A_DEFECT = 18 * LEASE;
    private static final List<LockResource> LOCKS = Stream.of("a", "b", "c", "d", "e", "f", "g", "h")
            .map(name -> new LockResource(LockResource.Kind.LOCK, name))
            .toList();

    /** What a run is made of: how many nodes, and whether they lose data, their records expire soon, or their clocks are set. */
    record Setup(int nodes, boolean amnesia, boolean expiry, boolean steps, BallotDefect defect) {}

    private record Event(long at, long order, Runnable step) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    private static final class Grants {
        final List<BallotClient.Claim> standing = new ArrayList<>();
        final Set<Long> proposals = new HashSet<>();
        final List<BallotClient.Claim> granted = new ArrayList<>();
    }

    final Random random;
    final Setup setup;
    final List<BallotNode> nodes = new ArrayList<>();
    final RedisKeys keys = new RedisKeys("sim");
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Map<LockResource, Grants> grants = new HashMap<>();
    private final List<RedLockNode> unhindered = new ArrayList<>();
    private final RedLockAdmission admission;
    private long order;
    private long now;
    private int clients;
    int granted;
    int admitted;

    @Nullable
    String failure;

    BallotSimulation(long seed, Setup setup) {
        this.random = new Random(seed * 1_000_003 + setup.hashCode());
        this.setup = setup;
        long kept = setup.expiry() ? 1_500 : 3_600_000;
        for (int i = 0; i < setup.nodes(); i++) {
            nodes.add(new BallotNode(setup.defect(), rate(), kept, kept - random.nextInt(1_000)));
        }
        nodes.forEach(node -> unhindered.add(node(new BallotPort(this, node, null))));
        Duration watch = Duration.ofNanos(LEASE * 1_000);
        this.admission = new RedLockAdmission(unhindered, new Quorum(setup.nodes()), watch, () -> now * 1_000);
    }

    RedLockNode node(Redis port) {
        return new RedLockNode(
                port, keys, LockServers.check(port, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), () -> now * 1_000));
    }

    long now() {
        return now;
    }

    /** A hundredth off at most, as the margin of leases has it for two clocks together. */
    double rate() {
        return 1 + (random.nextDouble() - 0.5) / 100;
    }

    /** Where records expire, so many that some lie unused for as long. */
    LockResource anyLock() {
        return LOCKS.get(random.nextInt(setup.expiry() ? LOCKS.size() : 2));
    }

    void after(long delay, Runnable step) {
        events.add(new Event(now + delay, order++, step));
    }

    BallotSimulation run() {
        admission.bootstrap();
        for (int i = 0; i < 4; i++) {
            newClient();
        }
        after(random.nextLong(LEASE), this::disturb);
        if (setup.amnesia()) {
            after(LEASE / 40, this::administrate);
        }
        long end = setup.defect() == BallotDefect.NONE ? LENGTH : LENGTH_OF_A_DEFECT;
        while (failure == null && !events.isEmpty() && now < end) {
            Event next = events.remove();
            now = next.at;
            next.step.run();
        }
        return this;
    }

    void newClient() {
        new BallotClient(this, "c" + ++clients).think();
    }

    private void disturb() {
        BallotNode node = nodes.get(random.nextInt(nodes.size()));
        if (setup.steps() && random.nextInt(2) == 0) {
            node.stepClock(random.nextInt(6_000) - 3_000);
        }
        long voting = nodes.stream().filter(BallotNode::isAdmitted).count();
        boolean mayForget =
                voting > new Quorum(nodes.size()).votes() || setup.defect() == BallotDefect.VOTES_WITHOUT_ADMISSION;
        if (setup.amnesia() && mayForget && !node.down) {
            forget(node);
        }
        after(random.nextLong(2 * LEASE), this::disturb);
    }

    private void forget(BallotNode node) {
        int how = random.nextInt(3);
        if (how < 2) {
            node.flush();
        }
        if (how > 0) {
            node.restart();
            node.down = true;
            after(random.nextLong(LEASE / 4), () -> node.down = false);
        }
    }

    private void administrate() {
        for (int i = 0; i < nodes.size(); i++) {
            boolean before = nodes.get(i).isAdmitted();
            try {
                admission.admit(i);
            } catch (RuntimeException e) {
                // It is down, or too few others vote: tried again.
                continue;
            }
            admitted += !before && nodes.get(i).isAdmitted() ? 1 : 0;
        }
        after(LEASE / 40, this::administrate);
    }

    /** A client begins to hold, or goes on. */
    void claim(BallotClient.Claim claim, boolean begins) {
        Grants before = grants.computeIfAbsent(claim.resource, same -> new Grants());
        before.standing.removeIf(other -> other.until <= now);
        for (BallotClient.Claim other : before.standing) {
            // A node whose clock is set forward ends leases early; tokens must rise all the same.
            if (other != claim && !setup.steps()) {
                fail("OVERLAP " + claim + " while " + other);
            }
        }
        if (begins) {
            granted++;
            if (!before.proposals.add(claim.proposal)) {
                fail("DUPLICATE " + claim);
            }
            for (BallotClient.Claim other : before.granted) {
                if (other.proposal > claim.proposal && (!setup.steps() || other.at < claim.askedAt)) {
                    fail("ORDER " + claim + " after " + other);
                }
            }
            claim.at = now;
            before.granted.add(claim);
            before.standing.add(claim);
        }
    }

    private void fail(String what) {
        failure = failure == null ? "at " + now + ": " + what : failure;
    }
}
