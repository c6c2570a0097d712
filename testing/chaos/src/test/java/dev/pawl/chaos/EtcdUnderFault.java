package dev.pawl.chaos;

import dev.pawl.chaos.GuardedCounter.Caught;
import dev.pawl.servers.CuttingProxy;
import dev.pawl.servers.EtcdMembers;
import dev.pawl.servers.EtcdProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An etcd of three members. For use by one thread. */
final class EtcdUnderFault implements StoreUnderFault {

    private static final Pattern LEASE = Pattern.compile("\"lease\":\"(\\d+)\"");

    private final boolean shared;
    private final EtcdMembers members;
    private final List<CuttingProxy> proxies = new ArrayList<>();

    EtcdUnderFault(LockSetup setup) throws IOException, InterruptedException {
        shared = setup.kind() == WorkerLock.Kind.ETCD_SHARED;
        members = EtcdMembers.create(3);
        for (String endpoint : members.endpoints()) {
            proxies.add(CuttingProxy.to("127.0.0.1", Integer.parseInt(endpoint.substring(endpoint.indexOf(':') + 1))));
        }
    }

    @Override
    public List<CuttingProxy> proxies() {
        return proxies;
    }

    @Override
    public Duration takeOver(Duration lease) {
        // etcd looks each half second for what has ended; a lease that is shared is a second longer than its locks'.
        return lease.plusSeconds(shared ? 2 : 1);
    }

    @Override
    public String requestPart(String operation, String namespace) {
        return folder(namespace);
    }

    private static String folder(String namespace) {
        return namespace + "/lock/" + WorkerLock.NAME + "/";
    }

    @Override
    public void kill() throws IOException, InterruptedException {
        for (EtcdProcess member : members.members()) {
            member.kill();
        }
    }

    @Override
    public void start() throws IOException, InterruptedException {
        members.ensureRunning();
    }

    @Override
    public void fire(LockFault fault, LockNemesis nemesis) throws IOException, InterruptedException {
        String folder = folder(nemesis.setup().namespace());
        switch (fault) {
            case LEADER_KILLED -> loseLeader(nemesis, () -> members.leader().kill());
            case LEADER_MOVED -> loseLeader(nemesis, members::moveLeader);
            case SESSION_ENDED -> nemesis.overtake(() -> revoke(folder));
            case FLUSHED -> nemesis.overtake(() -> ask("/v3/kv/deleterange", range(folder)));
            default -> throw new UnsupportedOperationException(fault.name());
        }
    }

    private void loseLeader(LockNemesis nemesis, LockNemesis.Act act) throws IOException, InterruptedException {
        EtcdProcess before = members.leader();
        Caught caught = nemesis.catchReader();
        try {
            act.run();
            if (members.leader().equals(before)) {
                throw new AssertionError("inconclusive, not seen: another leader");
            }
        } finally {
            caught.letGo();
        }
        nemesis.scene().awaitWrites(1);
        members.ensureRunning();
    }

    /** Ends the lease of the oldest key of the lock, which is the holder's. */
    private void revoke(String folder) throws IOException {
        String oldest = ask("/v3/kv/range", range(folder) + ",\"sort_target\":\"CREATE\",\"limit\":\"1\"");
        Matcher lease = LEASE.matcher(oldest);
        if (!lease.find()) {
            throw new AssertionError("nobody holds the lock: " + oldest);
        }
        ask("/v3/lease/revoke", "\"ID\":\"" + lease.group(1) + "\"");
    }

    private static String range(String prefix) {
        int last = prefix.length() - 1;
        String end = prefix.substring(0, last) + (char) (prefix.charAt(last) + 1);
        return "\"key\":\"" + base64(prefix) + "\",\"range_end\":\"" + base64(end) + "\"";
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private String ask(String path, String fields) throws IOException {
        return members.members().get(0).ask(path, "{" + fields + "}");
    }

    @Override
    public void close() throws IOException {
        for (CuttingProxy proxy : proxies) {
            proxy.close();
        }
        members.close();
    }
}
