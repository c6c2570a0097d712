package dev.pawl.lock.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.Ticker;
import dev.pawl.etcd.Etcd;
import dev.pawl.etcd.EtcdKeys;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.LockHandle;
import dev.pawl.lock.LockOptions;
import dev.pawl.lock.LockService;
import dev.pawl.lock.LockState;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.lock.spi.LockAdministration;
import dev.pawl.lock.spi.LockDescription;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockTerms;
import dev.pawl.servers.Commands;
import dev.pawl.servers.EtcdMembers;
import dev.pawl.servers.EtcdServer;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the protocol costs, and what it survives, on one etcd. */
@EtcdServer
@Execution(ExecutionMode.SAME_THREAD)
final class EtcdProtocolIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration GREATEST = Duration.ofSeconds(10);

    private final CountingChannel counting = new CountingChannel();
    private final ManagedChannel channel;
    private final Etcd etcd;
    private final EtcdLockBackend backend;
    private final Queue<String> woken = new ConcurrentLinkedQueue<>();
    private final LockResource resource = new LockResource(LockResource.Kind.LOCK, "a");
    private final String namespace;
    private EtcdLockSession session;

    EtcdProtocolIT(EtcdMembers members) {
        channel = Grpc.newChannelBuilder(members.endpoints().get(0), InsecureChannelCredentials.create())
                .directExecutor()
                .build();
        etcd = Etcd.of(ClientInterceptors.intercept(channel, counting), Duration.ofSeconds(2));
        namespace = members.newPrefix() + UUID.randomUUID();
        backend = EtcdLockBackend.of(etcd, namespace, EtcdLockOptions.defaults().withGreatestLease(GREATEST));
    }

    @BeforeEach
    void open() {
        session = backend.session("s1", new GrantListener() {
            @Override
            public void granted(String attempt, long stamp, AcquireAnswer.Granted answer) {}

            @Override
            public void wake(String attempt) {
                woken.add(attempt);
            }

            @Override
            public void missed() {}
        });
    }

    @AfterEach
    void close() throws Exception {
        session.close();
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }

    @Test
    void anAcquisitionIsOneCallAndSoIsARelease() {
        await(session.release(grant("s1-1", granted("s1-1").base()), Duration.ZERO));
        counting.calls();
        long base = granted("s1-2").base();
        assertThat(counting.calls()).containsExactly("Txn");
        assertThat(await(session.release(grant("s1-2", base), Duration.ZERO))).isTrue();
        assertThat(counting.calls()).containsExactly("Txn");
    }

    @Test
    void aShorterLeaseIsOneMoreCallEach() {
        AcquireAnswer.Granted granted = (AcquireAnswer.Granted) ask("s1-1", Duration.ofSeconds(3), true);
        assertThat(counting.calls()).filteredOn(call -> !call.equals("Status")).containsExactly("LeaseGrant", "Txn");
        await(session.release(grant("s1-1", granted.base()), Duration.ZERO));
        assertThat(counting.calls()).containsExactly("Txn", "LeaseRevoke");
    }

    @Test
    void aHundredWaitersAreWokenOneByOne() throws Exception {
        long base = granted("s1-0").base();
        for (int i = 1; i <= 100; i++) {
            assertThat(ask("s1-" + i, GREATEST, true)).isInstanceOf(AcquireAnswer.Taken.class);
        }
        assertThat(session.waiting()).isEqualTo(100);
        for (int i = 0; i < 100; i++) {
            await(session.release(grant("s1-" + i, base), Duration.ZERO));
            String next = "s1-" + (i + 1);
            Commands.waitUntil(PATIENCE, () -> woken.contains(next));
            assertThat(woken).containsExactly(next);
            woken.clear();
            base = granted(next).base();
        }
    }

    @Test
    void aReleaseBeforeTheWatchBeginsWakesToo() throws Exception {
        long base = granted("s1-0").base();
        counting.watching = new CompletableFuture<>();
        assertThat(ask("s1-1", GREATEST, true)).isInstanceOf(AcquireAnswer.Taken.class);
        await(session.release(grant("s1-0", base), Duration.ZERO));
        counting.watching.complete(true);
        Commands.waitUntil(PATIENCE, () -> woken.contains("s1-1"));
        // Watches that begin in the past are served late.
        assertThat(counting.watchedFrom).containsOnly(0L);
        granted("s1-1");
    }

    @Test
    void aReleaseIsSeenWhereItsEventIsLate() throws Exception {
        counting.withoutEvents = true;
        AtomicBoolean writing = new AtomicBoolean(true);
        write(writing);
        try {
            // A round in which this test was slower than the looks tells nothing.
            int round = 0;
            while (!isSeen("s1-a" + round, "s1-b" + round)) {
                assertThat(++round).isLessThan(30);
            }
        } finally {
            writing.set(false);
        }
    }

    private boolean isSeen(String holder, String waiter) throws Exception {
        long base = granted(holder).base();
        assertThat(ask(waiter, GREATEST, true)).isInstanceOf(AcquireAnswer.Taken.class);
        counting.calls();
        Commands.waitUntil(PATIENCE, () -> counting.calls().contains("Range"));
        await(session.release(grant(holder, base), Duration.ZERO));
        long end = Ticker.system().nanos() + Duration.ofSeconds(1).toNanos();
        Commands.waitUntil(
                PATIENCE, () -> woken.contains(waiter) || Ticker.system().nanos() - end > 0);
        await(session.release(grant(waiter, 0), Duration.ZERO));
        return woken.contains(waiter);
    }

    /** Writes something else, again and again. */
    private void write(AtomicBoolean more) {
        PutRequest request =
                PutRequest.newBuilder().setKey(EtcdKeys.bytes(namespace)).build();
        CompletableFuture<?> unused = etcd.call(KVGrpc.getPutMethod(), request).thenAccept(done -> {
            if (more.get()) {
                CompletableFuture.runAsync(() -> write(more));
            }
        });
    }

    @Test
    void aGrantAfterATakeOverIsAboveIt() throws Exception {
        AcquireAnswer.Granted first = granted("s1-1");
        ask("s1-2", GREATEST, true);
        ask("s1-3", GREATEST, true);
        AcquireAnswer.Granted taken = (AcquireAnswer.Granted)
                await(backend.administration().takeOver(request("s1-4", GREATEST, true), grant("s1-1", first.base())));
        assertThat(taken.base()).isGreaterThan(first.base());
        assertThat(ask("s1-2", GREATEST, true)).isInstanceOf(AcquireAnswer.Taken.class);
        assertThat(await(session.verify(grant("s1-1", first.base())))).isFalse();
        assertThat(await(session.renew(grant("s1-4", taken.base()), terms(GREATEST))))
                .isTrue();
        assertThat(await(session.release(grant("s1-4", taken.base()), Duration.ZERO)))
                .isTrue();
        assertThat(ask("s1-3", GREATEST, true)).isInstanceOf(AcquireAnswer.Taken.class);
        assertThat(granted("s1-2").base()).isGreaterThan(taken.base());
    }

    @Test
    void anAnswerThatWasLostIsFoundAgain() {
        granted("s1-1");
        counting.lostTxnAnswers.set(1);
        assertThat(session.acquire(request("s1-2", GREATEST, true))
                        .handle((answer, failure) -> failure)
                        .join())
                .isNotNull();
        assertThat(ask("s1-2", GREATEST, true)).isInstanceOf(AcquireAnswer.Taken.class);
        await(session.release(grant("s1-1", 0), Duration.ZERO));
        counting.lostTxnAnswers.set(1);
        assertThat(session.acquire(request("s1-2", GREATEST, true))
                        .handle((answer, failure) -> failure)
                        .join())
                .isNotNull();
        AcquireAnswer.Granted granted = granted("s1-2");
        assertThat(granted("s1-2")).isEqualTo(granted);
        assertThat(await(session.verify(grant("s1-2", granted.base())))).isTrue();
    }

    @Test
    void aCancelledWaiterLeavesNoHolderBehind() throws Exception {
        try (LockService mine = LockService.of(backend);
                LockService other = LockService.of(backend)) {
            LockHandle holder = mine.lock("c").acquire();
            CompletableFuture<LockHandle> waiting = other.lock("c").acquireAsync();
            Commands.waitUntil(PATIENCE, () -> keys() == 2);
            waiting.cancel(true);
            Commands.waitUntil(PATIENCE, () -> keys() == 1);
            holder.release();
            assertThat(mine.lock("c").tryAcquire()).isPresent();
        }
    }

    @Test
    void aRevokedLeaseIsALossAndNotRenewed() throws Exception {
        try (LockService mine = LockService.of(backend)) {
            LockHandle handle = mine.lock("c", LockOptions.defaults().withLease(Duration.ofSeconds(3)))
                    .acquire();
            revokeLeaseOf(namespace + "/lock/c/");
            assertThat(handle.verify()).isFalse();
            assertThat(handle.state()).isEqualTo(LockState.LOST);
            assertThat(mine.lock("c").tryAcquire()).isPresent();
        }
    }

    @Test
    void aSessionWhoseLeaseWasRevokedGoesOnWithAnother() throws Exception {
        AcquireAnswer.Granted first = granted("s1-1");
        revokeLeaseOf(namespace + "/");
        assertThat(await(session.renew(grant("s1-1", first.base()), terms(GREATEST))))
                .isFalse();
        assertThat(granted("s1-2").base()).isGreaterThan(first.base());
        revokeLeaseOf(namespace + "/");
        // The lease is found to be gone by the transaction itself.
        assertThat(granted("s1-3").base()).isGreaterThan(first.base());
    }

    @Test
    void aProofThatIsOldIsMadeAnewBesideTheTransaction() throws Exception {
        await(session.release(grant("s1-1", granted("s1-1").base()), Duration.ZERO));
        long begun = System.nanoTime();
        Commands.waitUntil(PATIENCE, () -> System.nanoTime() - begun > 1_200_000_000L);
        counting.calls();
        granted("s1-2");
        assertThat(counting.calls()).containsExactlyInAnyOrder("LeaseKeepAlive", "Txn");
    }

    @Test
    void manyRenewalsShareOneOfTheLease() throws Exception {
        List<Grant> held = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            AcquireRequest request = new AcquireRequest(
                    new LockResource(LockResource.Kind.LOCK, "many-" + i), "s1-m" + i, terms(GREATEST), 0, true);
            AcquireAnswer.Granted granted = (AcquireAnswer.Granted) await(session.acquire(request));
            held.add(new Grant(request.resource(), FencingToken.Kind.EXCLUSIVE, request.attempt(), granted.base()));
        }
        long begun = System.nanoTime();
        Commands.waitUntil(PATIENCE, () -> System.nanoTime() - begun > 1_200_000_000L);
        counting.calls();
        List<CompletableFuture<Boolean>> renewals = held.stream()
                .map(grant -> session.renew(grant, terms(GREATEST)))
                .toList();
        assertThat(renewals).allMatch(CompletableFuture::join);
        assertThat(counting.calls()).filteredOn("LeaseKeepAlive"::equals).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void readersDoNotOvertakeAWriterWhoseLeaseHasEnded() throws Exception {
        LockResource book = new LockResource(LockResource.Kind.READ_WRITE, "book");
        AcquireAnswer first = await(session.acquire(shared(book, "s1-1", FencingToken.Kind.READ)));
        assertThat(first).isInstanceOf(AcquireAnswer.Granted.class);
        assertThat(await(session.acquire(shared(book, "s1-2", FencingToken.Kind.EXCLUSIVE))))
                .isInstanceOf(AcquireAnswer.Taken.class);
        assertThat(await(session.acquire(shared(book, "s1-3", FencingToken.Kind.READ))))
                .isInstanceOf(AcquireAnswer.Taken.class);
        await(session.release(new Grant(book, FencingToken.Kind.EXCLUSIVE, "s1-2", 0), Duration.ZERO));
        Commands.waitUntil(PATIENCE, () -> woken.contains("s1-3"));
        assertThat(await(session.acquire(shared(book, "s1-3", FencingToken.Kind.READ))))
                .isInstanceOf(AcquireAnswer.Granted.class);
    }

    private static AcquireRequest shared(LockResource book, String attempt, FencingToken.Kind mode) {
        return new AcquireRequest(book, attempt, new LockTerms(mode, 1, GREATEST, Duration.ZERO), 0, true);
    }

    @Test
    void whatAStrangerHasWrittenIsLeftOutOfLists() {
        granted("s1-1");
        String locks = namespace + "/lock/";
        for (String strange :
                List.of("%zz/w/s.1", "%61/w/s.1", "x".repeat(600) + "/w/s.1", "/w/", "", "b/x", "b/w/s/1")) {
            put(locks + strange, "s-1/G");
        }
        int number = 0;
        for (String value : List.of(
                "s-1/Gx", "s-1/G99999999999999999999", "s-1/W7", "s-1/", "/G", "s/1/G", "G", "", "nothing of ours")) {
            put(locks + "b/w/s." + number++, value);
        }
        LockAdministration administration = backend.administration();
        assertThat(await(administration.list(LockResource.Kind.LOCK)))
                .extracting(LockDescription::resource)
                .containsExactly(resource);
        LockResource strangers = new LockResource(LockResource.Kind.LOCK, "b");
        assertThat(await(administration.describe(strangers)).holders()).isEmpty();
        try (LockService locksOfIt = LockService.of(backend)) {
            assertThat(locksOfIt.admin().ban("s1")).hasSize(1);
        }
    }

    private void put(String key, String value) {
        PutRequest request = PutRequest.newBuilder()
                .setKey(EtcdKeys.bytes(key))
                .setValue(EtcdKeys.bytes(value))
                .build();
        await(etcd.call(KVGrpc.getPutMethod(), request));
    }

    @Test
    void aKeyGoesWithItsLockBeforeItsLease() throws Exception {
        granted("s1-0");
        ask("s1-1", Duration.ofMillis(100), true);
        List<KeyValue> keys = range(namespace + "/lock/").getKvsList();
        List<Long> leases = keys.stream().map(KeyValue::getLease).toList();
        // The leases are kept alive from here, so etcd deletes nothing by itself.
        Commands.waitUntil(PATIENCE, () -> {
            leases.forEach(lease -> await(etcd.keepAliveOnce(lease)));
            return range(namespace + "/lock/").getKvsCount() == 1;
        });
    }

    @Test
    void aLockDelayStandsAfterALeaseThatWasNotReleased() throws Exception {
        EtcdLockOptions delayed =
                EtcdLockOptions.defaults().withGreatestLease(GREATEST).withDelay(Duration.ofSeconds(4));
        try (EtcdLockBackend kept = EtcdLockBackend.of(etcd, namespace, delayed);
                LockService mine = LockService.of(kept);
                LockService other = LockService.of(backend)) {
            long begun = Ticker.system().nanos();
            LockHandle dead = mine.lock(
                            "c",
                            LockOptions.defaults()
                                    .withLease(Duration.ofSeconds(2))
                                    .notRenewed())
                    .acquire();
            Commands.waitUntil(PATIENCE, () -> dead.state() == LockState.LOST);
            assertThat(other.lock("c").tryAcquire()).isEmpty();
            other.lock("c").acquire().release();
            assertThat(Duration.ofNanos(Ticker.system().nanos() - begun)).isGreaterThan(Duration.ofMillis(5_900));
        }
    }

    @Test
    void everyLeaseOfAnEndedLockIsRevoked() throws Exception {
        List<String> calls = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            AcquireAnswer.Granted granted = (AcquireAnswer.Granted) ask("s1-" + i, Duration.ofSeconds(3), true);
            assertThat(ask("s1-x" + i, Duration.ofSeconds(3), false)).isInstanceOf(AcquireAnswer.Taken.class);
            await(session.release(grant("s1-" + i, granted.base()), Duration.ZERO));
        }
        calls.addAll(counting.calls());
        assertThat(calls).filteredOn("LeaseGrant"::equals).hasSize(10);
        assertThat(calls).filteredOn("LeaseRevoke"::equals).hasSize(10);
    }

    private void revokeLeaseOf(String prefix) {
        long lease = range(prefix).getKvs(0).getLease();
        etcd.call(
                        LeaseGrpc.getLeaseRevokeMethod(),
                        LeaseRevokeRequest.newBuilder().setID(lease).build())
                .join();
    }

    private int keys() {
        return range(namespace + "/lock/c/").getKvsCount();
    }

    private RangeResponse range(String prefix) {
        return etcd.call(
                        KVGrpc.getRangeMethod(),
                        RangeRequest.newBuilder()
                                .setKey(EtcdKeys.bytes(prefix))
                                .setRangeEnd(EtcdKeys.end(prefix))
                                .build())
                .join();
    }

    private AcquireAnswer.Granted granted(String attempt) {
        AcquireAnswer answer = ask(attempt, GREATEST, true);
        assertThat(answer).isInstanceOf(AcquireAnswer.Granted.class);
        return (AcquireAnswer.Granted) answer;
    }

    private AcquireAnswer ask(String attempt, Duration lease, boolean queued) {
        return await(session.acquire(request(attempt, lease, queued)));
    }

    private AcquireRequest request(String attempt, Duration lease, boolean queued) {
        return new AcquireRequest(resource, attempt, terms(lease), 0, queued);
    }

    private static LockTerms terms(Duration lease) {
        return new LockTerms(FencingToken.Kind.EXCLUSIVE, 1, lease, Duration.ZERO);
    }

    private Grant grant(String attempt, long base) {
        return new Grant(resource, FencingToken.Kind.EXCLUSIVE, attempt, base);
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }
}
