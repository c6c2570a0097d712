package dev.pawl.chaos;

import dev.pawl.chaos.GuardedCounter.Caught;
import dev.pawl.servers.CuttingProxy;
import dev.pawl.servers.ServerClock;
import dev.pawl.servers.ZooKeeperEnsemble;
import dev.pawl.servers.ZooKeeperProcess;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/** Three ZooKeeper servers. For use by one thread. */
final class ZooKeeperUnderFault implements StoreUnderFault {

    static final Duration TICK = Duration.ofSeconds(1);

    /** Less than the five ticks after which a server that is cut off gives up: it answers as if all was well until then. */
    static final Duration SESSION_TIMEOUT = Duration.ofSeconds(3);

    /** What a server makes a session's password of. */
    private static final long PASSWORDS = 0xB3415C00L;

    /** The type of a request to delete, 2, and the beginning of its path's length. */
    private static final String DELETION = "\0\0\0\2\0\0\0";

    private final boolean apart;
    private final ServerClock clock;
    private final ZooKeeperEnsemble ensemble;
    private final List<CuttingProxy> proxies = new ArrayList<>();
    private final ZooKeeper administering;
    private int workers;

    /** Workers that are apart know one server each, and cannot turn to another one. */
    ZooKeeperUnderFault(LockSetup setup, boolean apart) throws IOException, InterruptedException {
        this.apart = apart;
        clock = ServerClock.in(ChaosSettings.folder(setup.folder().getFileName() + "-servers"));
        ensemble = ZooKeeperEnsemble.create(clock.environment(), "tickTime=" + TICK.toMillis());
        for (ZooKeeperProcess server : ensemble.servers()) {
            proxies.add(CuttingProxy.to("127.0.0.1", server.port()));
        }
        administering = new ZooKeeper(ensemble.connectString(), 20_000, event -> {});
    }

    @Override
    public List<CuttingProxy> proxies() {
        return proxies;
    }

    @Override
    public String address() {
        return apart ? "127.0.0.1:" + proxies.get(workers++ % proxies.size()).port() : StoreUnderFault.super.address();
    }

    @Override
    public Duration takeOver(Duration lease) {
        // A session ends at a tick, and a follower tells its leader twice a tick whom it has heard.
        return SESSION_TIMEOUT.plus(TICK).plus(TICK.dividedBy(2)).plusMillis(500);
    }

    @Override
    public String requestPart(String operation, String namespace) {
        return switch (operation) {
            case "renew" -> "/" + namespace + "/sessions/";
            case "release" -> DELETION;
            default -> folder(namespace);
        };
    }

    private static String folder(String namespace) {
        return "/" + namespace + "/lock/" + WorkerLock.NAME;
    }

    @Override
    public void kill() throws IOException, InterruptedException {
        for (ZooKeeperProcess server : ensemble.servers()) {
            server.kill();
        }
    }

    @Override
    public void start() throws IOException, InterruptedException {
        ensemble.ensureRunning();
    }

    @Override
    public void fire(LockFault fault, LockNemesis nemesis) throws IOException, InterruptedException {
        String folder = folder(nemesis.setup().namespace());
        switch (fault) {
            case LEADER_KILLED -> killLeader(nemesis);
            case FOLLOWER_CUT_OFF -> cutOffFollower(folder, nemesis);
            case CLOCK_FORWARD -> moveClock(nemesis, LockNemesis.HOUR);
            case CLOCK_BACK -> moveClock(nemesis, LockNemesis.HOUR.negated());
            case SESSION_ENDED -> nemesis.overtake(() -> endSession(folder));
            case FLUSHED -> nemesis.overtake(() -> empty(folder));
            default -> throw new UnsupportedOperationException(fault.name());
        }
    }

    private void killLeader(LockNemesis nemesis) throws IOException, InterruptedException {
        ZooKeeperProcess before = ensemble.leader();
        Caught caught = nemesis.catchReader();
        try {
            before.kill();
            // An election begins anew after some seconds if a message of it was lost.
            Await.until(
                    "another leader",
                    Await.PATIENCE,
                    () -> ensemble.servers().stream().anyMatch(server -> !server.equals(before) && leads(server)));
        } finally {
            caught.letGo();
        }
        nemesis.scene().awaitWrites(1);
        ensemble.ensureRunning();
    }

    private static boolean leads(ZooKeeperProcess server) {
        try {
            return server.mode().equals("leader");
        } catch (IOException e) {
            return false;
        }
    }

    /** The leader ends the holder's session, of which the follower goes on telling that it lives. */
    private void cutOffFollower(String folder, LockNemesis nemesis) throws IOException, InterruptedException {
        Caught caught = nemesis.catchReader();
        Optional<ZooKeeperProcess> follower = followerOf(folder);
        while (follower.isEmpty()) {
            caught.letGo();
            caught = nemesis.catchReader();
            follower = followerOf(folder);
        }
        ZooKeeperProcess cut = follower.get();
        nemesis.overtake(caught, () -> ensemble.cutOff(cut));
        ensemble.ensureRunning();
    }

    /** The server that the holder's session is at, if that does not lead. */
    private Optional<ZooKeeperProcess> followerOf(String folder) throws IOException, InterruptedException {
        String session = "sid=0x" + Long.toHexString(holder(folder).getEphemeralOwner()) + ",";
        for (ZooKeeperProcess server : ensemble.servers()) {
            if (server.ask("cons").contains(session)) {
                return leads(server) ? Optional.empty() : Optional.of(server);
            }
        }
        return Optional.empty();
    }

    /** Sessions do not count on it: whoever holds goes on holding. */
    private void moveClock(LockNemesis nemesis, Duration ahead) throws IOException, InterruptedException {
        Caught caught = nemesis.catchReader();
        try {
            clock.move(ahead);
            LockNemesis.requireFar(this::ahead, ahead);
            Await.pass(SESSION_TIMEOUT.plus(TICK));
            clock.move(Duration.ZERO);
            Await.pass(SESSION_TIMEOUT);
        } finally {
            caught.letGo();
        }
        nemesis.scene().awaitWrites(1);
    }

    /** By the time that a new node bears. */
    private Duration ahead() throws IOException {
        try {
            return Duration.ofMillis(write().getCtime() - Instant.now().toEpochMilli());
        } catch (KeeperException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** What is read after a write is no older than it. */
    private Stat write() throws KeeperException, InterruptedException {
        Stat stat = new Stat();
        administering.create("/written", new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL, stat);
        administering.delete("/written", -1);
        return stat;
    }

    /** As an administrator's tool does: another connection of the same session closes it. */
    private void endSession(String folder) throws IOException, InterruptedException {
        long session = holder(folder).getEphemeralOwner();
        byte[] password = new byte[16];
        new Random(session ^ PASSWORDS).nextBytes(password);
        ZooKeeper other = new ZooKeeper(ensemble.connectString(), 20_000, event -> {}, session, password);
        Await.until(
                "a connection of the holder's session",
                Await.PATIENCE,
                () -> other.getState().isConnected());
        other.close();
    }

    private void empty(String folder) throws IOException, InterruptedException {
        try {
            for (String child : administering.getChildren(folder, false)) {
                deleteIfThere(folder + "/" + child);
            }
        } catch (KeeperException e) {
            throw new IOException(e);
        }
    }

    private void deleteIfThere(String node) throws KeeperException, InterruptedException {
        try {
            administering.delete(node, -1);
        } catch (KeeperException.NoNodeException e) {
            // Its owner was quicker.
        }
    }

    /** The node of the lock with the lowest number. */
    private Stat holder(String folder) throws IOException, InterruptedException {
        try {
            write();
            String first = administering.getChildren(folder, false).stream()
                    .min(Comparator.comparing(child -> child.substring(child.lastIndexOf('-'))))
                    .orElseThrow(() -> new AssertionError("nobody holds the lock"));
            Stat stat = administering.exists(folder + "/" + first, false);
            return stat == null ? holder(folder) : stat;
        } catch (KeeperException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (CuttingProxy proxy : proxies) {
            proxy.close();
        }
        administering.close();
        ensemble.close();
    }
}
