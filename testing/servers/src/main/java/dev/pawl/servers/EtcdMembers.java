package dev.pawl.servers;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The members of one etcd on loopback; they end with this JVM. For use by one thread. */
public final class EtcdMembers implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private final List<EtcdProcess> members;

    private EtcdMembers(List<EtcdProcess> members) {
        this.members = members;
    }

    /**
     * Starts members, and waits until all of them take writes.
     *
     * @param count how many
     * @param arguments of etcd beyond ours, for example {@code --quota-backend-bytes=2097152}
     * @return the members
     * @throws IOException if one does not start
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public static EtcdMembers create(int count, String... arguments) throws IOException, InterruptedException {
        List<EtcdProcess> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(new EtcdProcess("m" + i, List.of(arguments)));
        }
        String cluster = IntStream.range(0, count)
                .mapToObj(i -> "m" + i + "=" + members.get(i).peerUrl())
                .collect(Collectors.joining(","));
        for (EtcdProcess member : members) {
            member.launch(cluster);
        }
        EtcdMembers made = new EtcdMembers(members);
        made.awaitAll();
        return made;
    }

    /**
     * Returns the members.
     *
     * @return the processes
     */
    public List<EtcdProcess> members() {
        return members;
    }

    /**
     * Returns where clients connect to.
     *
     * @return host and port of each member
     */
    public List<String> endpoints() {
        return members.stream().map(EtcdProcess::endpoint).toList();
    }

    /**
     * Finds the leader.
     *
     * @return the member that the first one that runs sees as the leader
     * @throws IOException if there is none
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public EtcdProcess leader() throws IOException, InterruptedException {
        EtcdProcess[] found = new EtcdProcess[1];
        Commands.waitUntil(PATIENCE, () -> {
            for (EtcdProcess member : members) {
                if (member.started().isAlive() && leads(member)) {
                    found[0] = member;
                }
            }
            return found[0] != null;
        });
        return found[0];
    }

    private static boolean leads(EtcdProcess member) {
        try {
            return member.isLeader();
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Moves the leadership to another member.
     *
     * @throws IOException if the leader refuses
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void moveLeader() throws IOException, InterruptedException {
        EtcdProcess leader = leader();
        EtcdProcess next = members.get((members.indexOf(leader) + 1) % members.size());
        leader.ask("/v3/maintenance/transfer-leadership", "{\"targetID\":\"" + next.memberId() + "\"}");
        Commands.waitUntil(PATIENCE, next::isLeader);
    }

    /**
     * Returns a beginning of keys that nobody else of this JVM uses.
     *
     * @return the beginning, of letters, digits and {@code -}
     */
    public String newPrefix() {
        return "pawl-" + ProcessHandle.current().pid() + "-" + PREFIXES.incrementAndGet();
    }

    /**
     * Lets all members run again, paused or ended as they may be, and waits until they take writes.
     *
     * @throws IOException if they do not
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void ensureRunning() throws IOException, InterruptedException {
        for (EtcdProcess member : members) {
            member.ensureRunning();
        }
        awaitAll();
    }

    private void awaitAll() throws IOException, InterruptedException {
        for (EtcdProcess member : members) {
            Commands.waitUntil(PATIENCE, member::answers);
        }
    }

    /** Kills all of them. */
    @Override
    public void close() {
        members.forEach(EtcdProcess::close);
    }
}
