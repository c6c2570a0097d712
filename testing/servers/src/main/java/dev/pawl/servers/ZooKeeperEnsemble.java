package dev.pawl.servers;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Three ZooKeeper servers on loopback, which reach each other through proxies that can swallow what passes between two of them;
 * they end with this JVM. For use by one thread.
 */
public final class ZooKeeperEnsemble implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int SERVERS = 3;

    /** A way from one server to another. */
    private record Link(int from, int to, CuttingProxy proxy) {}

    private final List<ZooKeeperProcess> servers = new ArrayList<>();
    private final List<Link> links = new ArrayList<>();
    private boolean cut;

    private ZooKeeperEnsemble() {}

    /**
     * Starts the servers and waits until all of them serve.
     *
     * @return the ensemble
     * @throws IOException if one does not start
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public static ZooKeeperEnsemble create() throws IOException, InterruptedException {
        return create(Map.of());
    }

    /**
     * Starts the servers and waits until all of them serve.
     *
     * @param environment variables beside those of this process, which each server has
     * @param settings lines of zoo.cfg beyond the defaults, or in their place, as {@code name=value}
     * @return the ensemble
     * @throws IOException if one does not start
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public static ZooKeeperEnsemble create(Map<String, String> environment, String... settings)
            throws IOException, InterruptedException {
        ZooKeeperEnsemble made = new ZooKeeperEnsemble();
        int[] quorum = new int[SERVERS];
        int[] election = new int[SERVERS];
        for (int i = 0; i < SERVERS; i++) {
            quorum[i] = Ports.free();
            election[i] = Ports.free();
        }
        for (int i = 0; i < SERVERS; i++) {
            List<String> lines = new ArrayList<>(List.of("initLimit=10", "syncLimit=5"));
            lines.addAll(List.of(settings));
            for (int j = 0; j < SERVERS; j++) {
                int toQuorum = i == j ? quorum[j] : made.link(i, j, quorum[j]);
                int toElection = i == j ? election[j] : made.link(i, j, election[j]);
                lines.add("server." + (j + 1) + "=127.0.0.1:" + toQuorum + ":" + toElection);
            }
            ZooKeeperProcess server = ZooKeeperProcess.prepare(i + 1, Ports.free(), environment, lines);
            made.servers.add(server);
            server.startOnly();
        }
        made.awaitAll();
        return made;
    }

    private int link(int from, int to, int port) throws IOException {
        CuttingProxy proxy = CuttingProxy.to("127.0.0.1", port);
        links.add(new Link(from, to, proxy));
        return proxy.port();
    }

    /**
     * Returns where to connect to.
     *
     * @return a connect string of all servers
     */
    public String connectString() {
        return servers.stream().map(ZooKeeperProcess::connectString).collect(Collectors.joining(","));
    }

    /**
     * Returns the servers.
     *
     * @return the processes
     */
    public List<ZooKeeperProcess> servers() {
        return List.copyOf(servers);
    }

    /**
     * Returns a beginning of paths that nobody else of this JVM uses.
     *
     * @return an absolute path of one segment
     */
    public String newPath() {
        return servers.get(0).newPath();
    }

    /**
     * Returns the server that leads.
     *
     * @return the leader
     * @throws IOException if there is none
     */
    public ZooKeeperProcess leader() throws IOException {
        for (ZooKeeperProcess server : servers) {
            if (server.serves() && server.mode().equals("leader")) {
                return server;
            }
        }
        throw new IOException("nobody leads");
    }

    /**
     * Returns a server that follows.
     *
     * @return the first one
     * @throws IOException if there is none
     */
    public ZooKeeperProcess follower() throws IOException {
        for (ZooKeeperProcess server : servers) {
            if (server.serves() && server.mode().equals("follower")) {
                return server;
            }
        }
        throw new IOException("nobody follows");
    }

    /**
     * Swallows from now on all that passes between a server and the others, on connections that stay open, whatever becomes of the others.
     *
     * @param server the server
     */
    public void cutOff(ZooKeeperProcess server) {
        cut = true;
        int index = servers.indexOf(server);
        links.stream().filter(link -> link.from == index || link.to == index).forEach(link -> link.proxy.isolate());
    }

    /**
     * Keeps back from now on what a leader says to a follower, or lets all of it pass.
     *
     * @param leader the leader
     * @param follower the follower
     * @param hold whether to
     */
    public void holdLeader(ZooKeeperProcess leader, ZooKeeperProcess follower, boolean hold) {
        between(leader, follower).forEach(link -> link.proxy.holdReplies(hold));
    }

    /**
     * Keeps back from now on what a follower says to its leader, or lets all of it pass.
     *
     * @param leader the leader
     * @param follower the follower
     * @param hold whether to
     */
    public void holdFollower(ZooKeeperProcess leader, ZooKeeperProcess follower, boolean hold) {
        between(leader, follower).forEach(link -> link.proxy.holdRequests(hold));
    }

    /** Followers connect to their leader. */
    private List<Link> between(ZooKeeperProcess leader, ZooKeeperProcess follower) {
        int from = servers.indexOf(follower);
        int to = servers.indexOf(leader);
        return links.stream().filter(link -> link.from == from && link.to == to).toList();
    }

    /**
     * Returns all servers but one.
     *
     * @param server the one
     * @return the others
     */
    public List<ZooKeeperProcess> others(ZooKeeperProcess server) {
        return servers.stream().filter(other -> other != server).toList();
    }

    /**
     * Kills all servers but one, starts them again, and waits until they serve.
     *
     * @param server the one
     * @throws IOException if they do not
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void restartOthers(ZooKeeperProcess server) throws IOException, InterruptedException {
        for (ZooKeeperProcess other : others(server)) {
            other.kill();
        }
        for (ZooKeeperProcess other : others(server)) {
            other.startOnly();
        }
        Commands.waitUntil(PATIENCE, () -> others(server).stream().allMatch(ZooKeeperProcess::serves));
    }

    /**
     * Lets all servers run again, paused, ended or cut off as they may be, and waits until they serve.
     *
     * @throws IOException if they do not
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void ensureRunning() throws IOException, InterruptedException {
        for (ZooKeeperProcess server : servers) {
            server.ensureRunning();
        }
        if (cut) {
            // What is swallowed stays so until its connection ends.
            links.forEach(link -> link.proxy.cutAll());
            cut = false;
        }
        awaitAll();
    }

    /** A server that was cut off has been seen to look for its leader for minutes, after all its connections had been made anew. */
    private void awaitAll() throws IOException, InterruptedException {
        try {
            Commands.waitUntil(Duration.ofSeconds(30), this::allServe);
        } catch (IOException e) {
            for (ZooKeeperProcess server : servers) {
                if (!server.serves()) {
                    server.kill();
                    server.startOnly();
                }
            }
            Commands.waitUntil(PATIENCE, this::allServe);
        }
    }

    private boolean allServe() {
        return servers.stream().allMatch(ZooKeeperProcess::serves);
    }

    /** Kills all of it. */
    @Override
    public void close() throws IOException {
        servers.forEach(ZooKeeperProcess::close);
        for (Link link : links) {
            link.proxy.close();
        }
    }
}
