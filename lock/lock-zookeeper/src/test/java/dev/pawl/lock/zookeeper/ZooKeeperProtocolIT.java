package dev.pawl.lock.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pawl.common.BackendException;
import dev.pawl.common.Ticker;
import dev.pawl.lock.LockHandle;
import dev.pawl.lock.LockService;
import dev.pawl.lock.LockState;
import dev.pawl.lock.ReleaseResult;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.LockDescription;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockSession;
import dev.pawl.servers.CuttingProxy;
import dev.pawl.servers.ZooKeeperProcess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The rules of the protocol, each with the fault that it is for. */
@Execution(ExecutionMode.SAME_THREAD) // the counters of a server of its own are read
final class ZooKeeperProtocolIT {

    private static final LockResource LOCK = new LockResource(LockResource.Kind.LOCK, "a");

    private static ZooKeeperProcess server;

    private final String namespace = server.newPath();
    private final String parent = namespace + "/lock/a";
    private final List<AutoCloseable> open = new ArrayList<>();
    private ZooKeeper observer;
    private CuttingProxy proxy;

    @BeforeAll
    static void start() throws Exception {
        server = ZooKeeperProcess.create();
    }

    @AfterAll
    static void end() {
        server.close();
    }

    @BeforeEach
    void observe() throws Exception {
        observer = opened(new ZooKeeper(server.connectString(), 30_000, event -> {}));
        proxy = opened(CuttingProxy.to("127.0.0.1", server.port()));
    }

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private <T extends AutoCloseable> T opened(T one) {
        open.add(one);
        return one;
    }

    private Client client() {
        return opened(new Client(server.connectString(), namespace));
    }

    private Client clientThroughProxy() {
        return opened(new Client("127.0.0.1:" + proxy.port(), namespace));
    }

    private List<String> children() throws Exception {
        return observer.getChildren(parent, false);
    }

    @Test
    void aSessionWritesBeforeItsGreatestLeaseNeedsIt() throws Exception {
        ZooKeeperLockOptions options = ZooKeeperLockOptions.defaults().withSessionTimeout(Duration.ofSeconds(6));
        Client client = opened(new Client(server.connectString(), namespace, options, 2_000_000_000));
        client.release(client.granted(LOCK, "x"));
        String sessions = namespace + "/sessions";
        String own = sessions + '/' + observer.getChildren(sessions, false).get(0);
        AtomicReference<Stat> before = new AtomicReference<>(observer.exists(own, false));
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            Stat now = observer.exists(own, false);
            Stat last = now.getVersion() == before.get().getVersion() ? before.get() : before.getAndSet(now);
            // A timer is never early, so with a sixth of 6 s no two writes would be so close.
            return now.getVersion() == last.getVersion() + 1 && now.getMtime() - last.getMtime() < 1_000;
        });
    }

    @Test
    void anUncontendedAcquireAndItsReleaseAreOneRoundTripEach() throws Exception {
        Client client = clientThroughProxy();
        client.release(client.granted(LOCK, "warm-1"));
        long before = received();
        for (int i = 0; i < 100; i++) {
            assertThat(client.release(client.granted(LOCK, "x-" + i))).isTrue();
        }
        // Create, list, delete; a ping, a write of the session or a question of this test's may come in between.
        assertThat(received() - before).isBetween(300L, 350L);
        proxy.delay(Duration.ofMillis(250));
        long acquire = Long.MAX_VALUE;
        long release = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long begun = Ticker.system().nanos();
            Grant grant = client.granted(LOCK, "y-" + i);
            long held = Ticker.system().nanos();
            client.release(grant);
            acquire = Math.min(acquire, held - begun);
            release = Math.min(release, Ticker.system().nanos() - held);
        }
        // One way there and one back of 250 ms; two round trips would be 1 s.
        assertThat(Duration.ofNanos(acquire)).isBetween(Duration.ofMillis(500), Duration.ofMillis(980));
        assertThat(Duration.ofNanos(release)).isBetween(Duration.ofMillis(500), Duration.ofMillis(980));
    }

    @Test
    void aReleaseWakesOneOfAHundredWaiters() throws Exception {
        Client client = client();
        Grant holder = client.granted(LOCK, "holder-0");
        long watches = watches();
        for (int i = 1; i <= 100; i++) {
            assertThat(client.ask(LOCK, "waiter-" + i, true)).isInstanceOf(AcquireAnswer.Taken.class);
        }
        assertThat(watches() - watches).isEqualTo(100);
        long asked = received();
        for (int i = 1; i <= 100; i++) {
            assertThat(client.ask(LOCK, "waiter-" + i, true)).isInstanceOf(AcquireAnswer.Taken.class);
        }
        assertThat(received() - asked).as("asked again without the server").isLessThan(10);
        for (int i = 1; i <= 20; i++) {
            client.release(holder);
            int woken = i;
            await().until(() -> client.woken.size() >= woken);
            assertThat(client.woken).hasSize(i).last().isEqualTo("waiter-" + i);
            holder = client.granted(LOCK, "waiter-" + i);
        }
        assertThat(watches() - watches).isEqualTo(80);
    }

    @Test
    void whoLeavesTheQueueLeavesOneWatchAtTheServerHoweverOften() throws Exception {
        Client client = client();
        Grant holder = client.granted(LOCK, "holder-0");
        long watches = watches();
        for (int i = 1; i <= 10; i++) {
            client.ask(LOCK, "waiter-" + i, true);
            client.release(new Grant(LOCK, Client.TERMS.mode(), "waiter-" + i, 0));
        }
        // A server keeps one for a node and a connection, until the node goes, whatever the client takes back.
        assertThat(watches() - watches).isEqualTo(1);
        client.release(holder);
    }

    @Test
    void aCreateWhoseAnswerIsLostIsFoundAgain() throws Exception {
        Client client = clientThroughProxy();
        client.release(client.granted(LOCK, "warm-1"));
        proxy.cutReplyTo("w-lost-1-");
        assertThatThrownBy(() -> client.ask(LOCK, "lost-1", true))
                .cause()
                .isInstanceOfSatisfying(
                        BackendException.class,
                        e -> assertThat(e.outcome()).isEqualTo(BackendException.Outcome.UNKNOWN));
        assertThat(proxy.repliesLost()).isEqualTo(1);
        Grant[] grant = new Grant[1];
        await().ignoreExceptions().until(() -> (grant[0] = client.granted(LOCK, "lost-1")) != null);
        List<String> nodes = children();
        assertThat(nodes).hasSize(1);
        assertThat(observer.exists(parent + "/" + nodes.get(0), false).getCzxid())
                .isEqualTo(grant[0].base());
        assertThat(client.release(grant[0])).isTrue();
        assertThat(children()).isEmpty();
    }

    @Test
    void aNodeOfAnotherSessionIsNotTakenForTheOwnOne() throws Exception {
        Client client = clientThroughProxy();
        client.release(client.granted(LOCK, "warm-1"));
        String foreign = observer.create(
                parent + "/w-lost-1-", new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL_SEQUENTIAL);
        proxy.cutReplyTo("w-lost-1-");
        assertThatThrownBy(() -> client.ask(LOCK, "lost-1", true)).hasCauseInstanceOf(BackendException.class);
        await().ignoreExceptions().until(() -> client.ask(LOCK, "lost-1", true) instanceof AcquireAnswer.Taken);
        assertThat(children()).hasSize(2);
        observer.delete(foreign, -1);
        await().until(() -> client.ask(LOCK, "lost-1", true) instanceof AcquireAnswer.Granted);
    }

    @Test
    void whatCouldNotBeReleasedIsReleasedAsSoonAsTheServerIsBack() throws Exception {
        Client client = clientThroughProxy();
        Grant grant = client.granted(LOCK, "held-1");
        proxy.refuse(true);
        assertThatThrownBy(() -> client.release(grant)).hasCauseInstanceOf(BackendException.class);
        assertThat(children()).hasSize(1);
        proxy.refuse(false);
        await().atMost(Duration.ofSeconds(10)).until(() -> children().isEmpty());
        assertThat(client.handles).as("in the same session").hasSize(1);
    }

    @Test
    void anAttemptThatEndsWhileItsCreateIsUnansweredLeavesNothing() throws Exception {
        Client client = clientThroughProxy();
        client.release(client.granted(LOCK, "warm-1"));
        proxy.dropReplies(true);
        CompletableFuture<AcquireAnswer> asked =
                client.asking(LOCK, "left-1", true).toCompletableFuture();
        await().until(() -> !children().isEmpty());
        CompletableFuture<Boolean> released = client.session
                .release(new Grant(LOCK, Client.TERMS.mode(), "left-1", 0), Duration.ofSeconds(10))
                .toCompletableFuture();
        proxy.dropReplies(false);
        proxy.cutAll();
        await().atMost(Duration.ofSeconds(20)).until(() -> children().isEmpty());
        await().until(() -> asked.isDone() && released.isDone());
        assertThat(client.ask(LOCK, "left-1", true)).isInstanceOf(AcquireAnswer.Ended.class);
        assertThat(children()).isEmpty();
    }

    /** The server stands still for longer than anybody remembers that the attempt has left. */
    @Test
    @Tag("slow")
    void anAttemptThatEndsLongBeforeItsSessionBeginsLeavesNothing() throws Exception {
        Client client = client();
        long begun = Ticker.system().nanos();
        server.pause();
        CompletableFuture<AcquireAnswer> asked =
                client.asking(LOCK, "left-1", true).toCompletableFuture();
        Client.answer(
                client.session.release(new Grant(LOCK, Client.TERMS.mode(), "left-1", 0), LockSession.LEAST_TOMBSTONE));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> Ticker.system().nanos() - begun
                        > LockSession.LEAST_TOMBSTONE.plusSeconds(1).toNanos());
        server.resume();
        await().atMost(Duration.ofSeconds(30)).until(asked::isDone);
        assertThatThrownBy(asked::join)
                .cause()
                .isInstanceOfSatisfying(
                        BackendException.class,
                        e -> assertThat(e.outcome()).isEqualTo(BackendException.Outcome.NOT_APPLIED))
                .hasMessageContaining("must begin a session within");
        client.release(client.granted(LOCK, "next-1"));
    }

    @Test
    void whatAStrangerHasMadeIsLeftOutOfLists() throws Exception {
        Client client = client();
        LockService locks = opened(LockService.of(client.backend));
        LockHandle handle = locks.lock("a").acquire();
        String kind = namespace + "/lock/";
        for (String strange :
                List.of("%zz", "%61", "x".repeat(600), "b", "b/strange", "b/w-x-1", "a/q-s-1-0000000000")) {
            observer.create(kind + strange, new byte[] {-1}, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        }
        assertThat(locks.admin().list(LockResource.Kind.LOCK))
                .extracting(LockDescription::resource)
                .containsExactly(LOCK);
        String session =
                locks.admin().describe(locks.lock("a")).holders().get(0).session();
        assertThat(locks.admin().ban(session)).hasSize(1);
        assertThat(handle.verify()).isFalse();
    }

    @Test
    void anExpiredSessionLosesItsLocksAndANewOneServesLaterRequests() throws Exception {
        Client client = client();
        LockService locks = opened(LockService.of(client.backend));
        LockHandle handle = locks.lock("a").acquire();
        ZooKeeper expiring = client.handle();
        // Whoever closes a session under its id ends it for all.
        ZooKeeper ending = new ZooKeeper(
                server.connectString(), 30_000, event -> {}, expiring.getSessionId(), expiring.getSessionPasswd());
        await().until(() -> ending.getState() == ZooKeeper.States.CONNECTED);
        ending.close();
        await().until(() -> handle.state() == LockState.LOST || !handle.verify());
        assertThat(handle.release()).isEqualTo(ReleaseResult.ALREADY_LOST);
        try (LockHandle next = locks.lock("a").acquire()) {
            assertThat(next.token().value()).isGreaterThan(handle.token().value());
            assertThat(client.handle()).isNotSameAs(expiring);
        }
    }

    @Test
    void aSequenceThatIsNearItsEndBeginsAnew() throws Exception {
        Client one = opened(new Client(server.connectString(), namespace, ZooKeeperLockOptions.defaults(), 5));
        Client two = opened(new Client(server.connectString(), namespace, ZooKeeperLockOptions.defaults(), 5));
        long last = 0;
        long parents = 0;
        long parentBefore = 0;
        for (int i = 0; i < 24; i++) {
            Client client = i % 2 == 0 ? one : two;
            Grant grant = client.granted(LOCK, "x-" + i);
            assertThat(grant.base()).isGreaterThan(last);
            last = grant.base();
            long sequence = Queue.of(children()).get(0).sequence();
            assertThat(sequence).isLessThan(5);
            long made = observer.exists(parent, false).getCzxid();
            parents += made == parentBefore ? 0 : 1;
            parentBefore = made;
            client.release(grant);
        }
        assertThat(parents).isEqualTo(5);
    }

    @Test
    void atTheEndOfASequenceNobodyPassesThoseWhoWait() throws Exception {
        Client one = opened(new Client(server.connectString(), namespace, ZooKeeperLockOptions.defaults(), 2));
        Client two = opened(new Client(server.connectString(), namespace, ZooKeeperLockOptions.defaults(), 2));
        Grant holder = one.granted(LOCK, "x-0");
        assertThat(two.ask(LOCK, "x-1", true)).isInstanceOf(AcquireAnswer.Taken.class);
        assertThat(one.ask(LOCK, "x-2", true)).isInstanceOf(AcquireAnswer.Taken.class);
        assertThat(children()).as("it left again").hasSize(2);
        one.release(holder);
        assertThat(one.ask(LOCK, "x-2", true)).isInstanceOf(AcquireAnswer.Taken.class);
        await().until(() -> two.ask(LOCK, "x-1", true) instanceof AcquireAnswer.Granted);
        two.release(new Grant(LOCK, Client.TERMS.mode(), "x-1", 0));
        await().until(() -> one.ask(LOCK, "x-2", true) instanceof AcquireAnswer.Granted);
    }

    @Test
    void aSessionTimeoutThatTheServersDoNotAllowIsRefused() throws Exception {
        ZooKeeperLockOptions options = ZooKeeperLockOptions.defaults().withSessionTimeout(Duration.ofMinutes(2));
        Client client = opened(new Client(server.connectString(), namespace, options, 5));
        assertThatThrownBy(() -> client.ask(LOCK, "x-1", true))
                .hasCauseInstanceOf(BackendException.class)
                .hasMessageContaining("servers must allow the session timeout");
    }

    @Test
    void aLockDelayStandsAfterALeaseThatWasNotReleased() throws Exception {
        ZooKeeperLockOptions options = ZooKeeperLockOptions.defaults().withLockDelay(Duration.ofSeconds(4));
        Client client = opened(new Client(server.connectString(), namespace, options, 2_000_000_000));
        LockService locks = opened(LockService.of(client.backend));
        Client other = client();
        other.release(other.granted(LOCK, "warm-1"));
        long begun = Ticker.system().nanos();
        LockHandle dead = locks.lock(
                        "a",
                        dev.pawl.lock.LockOptions.defaults()
                                .withLease(Duration.ofMillis(500))
                                .notRenewed())
                .acquire();
        await().until(() -> dead.state() == LockState.LOST);
        assertThat(other.ask(LOCK, "try-1", false)).isInstanceOf(AcquireAnswer.Taken.class);
        await().atMost(Duration.ofSeconds(30)).until(() -> children().isEmpty());
        assertThat(Duration.ofNanos(Ticker.system().nanos() - begun)).isGreaterThan(Duration.ofMillis(4_500));
    }

    @Test
    void aStoreThatIsNotThereIsAFailureAndNotAWaitForEver() throws Exception {
        proxy.refuse(true);
        Client client = clientThroughProxy();
        assertThatThrownBy(() -> client.ask(LOCK, "x-1", true)).hasCauseInstanceOf(BackendException.class);
        proxy.refuse(false);
        await().ignoreExceptions().until(() -> client.ask(LOCK, "x-1", true) instanceof AcquireAnswer.Granted);
    }

    @Test
    void withAnAclNobodyElseTouchesTheLocks() throws Exception {
        ZooKeeperConnector known = (timeout, watcher) -> {
            ZooKeeper handle = new ZooKeeper(server.connectString(), timeout, watcher);
            handle.addAuthInfo("digest", "locks:secret".getBytes(StandardCharsets.UTF_8));
            return handle;
        };
        ZooKeeperLockOptions options = ZooKeeperLockOptions.defaults().withAcl(ZooDefs.Ids.CREATOR_ALL_ACL);
        try (ZooKeeperLockBackend backend = ZooKeeperLockBackend.of(known, namespace, options);
                LockService locks = LockService.of(backend);
                LockHandle handle = locks.lock("a").acquire()) {
            assertThat(handle.verify()).isTrue();
            assertThatThrownBy(() -> client().ask(LOCK, "stranger-1", true))
                    .cause()
                    .isInstanceOfSatisfying(
                            BackendException.class,
                            e -> assertThat(e.outcome()).isEqualTo(BackendException.Outcome.NOT_APPLIED));
            assertThat(locks.admin().list(LockResource.Kind.LOCK)).hasSize(1);
        }
    }

    private long received() throws Exception {
        return number("srvr", "Received: (\\d+)");
    }

    private long watches() throws Exception {
        return number("wchs", "Total watches:(\\d+)");
    }

    private long number(String word, String pattern) throws Exception {
        Matcher number = Pattern.compile(pattern).matcher(server.ask(word));
        assertThat(number.find()).isTrue();
        return Long.parseLong(number.group(1));
    }
}
