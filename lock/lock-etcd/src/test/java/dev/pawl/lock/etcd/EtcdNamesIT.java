package dev.pawl.lock.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.etcd.Etcd;
import dev.pawl.etcd.EtcdKeys;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.lock.spi.LockAdministration;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockTerms;
import dev.pawl.servers.Commands;
import dev.pawl.servers.EtcdMembers;
import dev.pawl.servers.EtcdServer;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** One attempt after another has the same key: whatever comes late for the earlier one leaves the later one alone. */
@EtcdServer
@Execution(ExecutionMode.SAME_THREAD)
@Tag("slow")
final class EtcdNamesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration GREATEST = Duration.ofSeconds(20);
    private static final Duration SHORTER = Duration.ofSeconds(5);
    private static final Duration BRIEF = Duration.ofMillis(300);

    private final CountingChannel counting = new CountingChannel();
    private final ManagedChannel channel;
    private final Etcd etcd;
    private final EtcdLockBackend backend;
    private final LockAdministration administration;
    private final Queue<String> woken = new ConcurrentLinkedQueue<>();
    private final LockResource resource = new LockResource(LockResource.Kind.LOCK, "a");
    private final String folder;
    private final EtcdLockSession session;
    private final EtcdLockSession other;

    EtcdNamesIT(EtcdMembers members) {
        channel = Grpc.newChannelBuilder(members.endpoints().get(0), InsecureChannelCredentials.create())
                .directExecutor()
                .build();
        etcd = Etcd.of(ClientInterceptors.intercept(channel, counting), Duration.ofSeconds(10));
        String namespace = members.newPrefix() + UUID.randomUUID();
        folder = namespace + "/lock/a/";
        backend = EtcdLockBackend.of(etcd, namespace, EtcdLockOptions.defaults().withGreatestLease(GREATEST));
        administration = backend.administration();
        GrantListener listener = new GrantListener() {
            @Override
            public void granted(String attempt, long stamp, AcquireAnswer.Granted answer) {}

            @Override
            public void wake(String attempt) {
                woken.add(attempt);
            }

            @Override
            public void missed() {}
        };
        session = backend.session("s1", listener);
        other = backend.session("s2", listener);
    }

    @AfterEach
    void close() throws Exception {
        session.close();
        other.close();
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }

    @Test
    void twoThousandAcquisitionsLeaveFewNames() throws Exception {
        Set<String> names = ConcurrentHashMap.newKeySet();
        AtomicInteger made = new AtomicInteger();
        observe(names, made);
        for (int i = 0; i < 1_000; i++) {
            long base = granted(session, "s1-" + i);
            taken(other, "s2-" + i);
            await(session.release(grant("s1-" + i, base), Duration.ZERO));
            await(other.release(grant("s2-" + i, granted(other, "s2-" + i)), Duration.ZERO));
        }
        Commands.waitUntil(PATIENCE, () -> made.get() == 2_000);
        assertThat(names).containsExactlyInAnyOrder(folder + "w/s1.0", folder + "w/s2.0");
    }

    private void observe(Set<String> names, AtomicInteger made) throws Exception {
        CompletableFuture<Boolean> begun = new CompletableFuture<>();
        StreamObserver<WatchRequest> sender =
                await(etcd.stream(WatchGrpc.getWatchMethod(), new StreamObserver<WatchResponse>() {
                    @Override
                    public void onNext(WatchResponse response) {
                        begun.complete(true);
                        for (Event event : response.getEventsList()) {
                            names.add(event.getKv().getKey().toStringUtf8());
                            if (event.getType() == Event.EventType.PUT
                                    && event.getKv().getVersion() == 1) {
                                made.incrementAndGet();
                            }
                        }
                    }

                    @Override
                    public void onError(Throwable failure) {}

                    @Override
                    public void onCompleted() {}
                }));
        sender.onNext(WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder()
                        .setKey(EtcdKeys.bytes(folder))
                        .setRangeEnd(EtcdKeys.end(folder)))
                .build());
        await(begun);
    }

    @Test
    void whatComesLateAfterAReleaseLeavesTheNextAlone() throws Exception {
        survives(() -> release(session, "s1-1", granted(session, "s1-1")));
    }

    @Test
    void whatComesLateAfterAReleaseWithoutABaseLeavesTheNextAlone() throws Exception {
        survives(() -> {
            granted(session, "s1-1");
            release(session, "s1-1", 0);
        });
    }

    @Test
    void whatComesLateAfterAWaitLeavesTheNextAlone() throws Exception {
        survives(() -> {
            long first = granted(other, "s2-1");
            taken(session, "s1-1");
            release(other, "s2-1", first);
            release(session, "s1-1", granted(session, "s1-1"));
        });
    }

    @Test
    void whatComesLateAfterAWaitThatWasGivenUpLeavesTheNextAlone() throws Exception {
        survives(() -> {
            long first = granted(other, "s2-1");
            taken(session, "s1-1");
            taken(session, "s1-1");
            release(session, "s1-1", 0);
            release(other, "s2-1", first);
        });
    }

    @Test
    void whatComesLateAfterAMoveToAnotherLeaseLeavesTheNextAlone() throws Exception {
        survives(() -> {
            AcquireAnswer.Granted first = (AcquireAnswer.Granted) ask(session, "s1-1", SHORTER);
            assertThat(ask(session, "s1-1", GREATEST)).isEqualTo(first);
            release(session, "s1-1", first.base());
        });
    }

    @Test
    void whatComesLateAfterARefusalLeavesTheNextAlone() throws Exception {
        survives(() -> {
            Grant refused = grant("s1-1", granted(session, "s1-1"));
            assertThat(await(administration.refuse(refused))).isTrue();
            assertThat(await(session.renew(refused, terms(GREATEST)))).isFalse();
            assertThat(await(session.release(refused, Duration.ZERO))).isFalse();
        });
    }

    @Test
    void whatComesLateAfterALeaseThatEndedLeavesTheNextAlone() throws Exception {
        survives(() -> {
            assertThat(ask(session, "s1-1", BRIEF)).isInstanceOf(AcquireAnswer.Granted.class);
            Commands.waitUntil(PATIENCE, () -> keys().isEmpty());
        });
    }

    @Test
    void whatComesLateAfterALostAnswerLeavesTheNextAlone() throws Exception {
        survives(() -> {
            counting.lostTxnAnswers.set(1);
            CompletableFuture<AcquireAnswer> lost = session.acquire(request("s1-1", BRIEF));
            assertThat(lost.handle((answer, failure) -> failure).join()).isNotNull();
            Commands.waitUntil(PATIENCE, () -> keys().isEmpty());
        });
    }

    private interface Life {
        void run() throws Exception;
    }

    /** Lets an attempt s1-1 live, and makes every transaction of it again while another attempt has its key. */
    private void survives(Life life) throws Exception {
        counting.transactions.clear();
        life.run();
        assertThat(keys()).isEmpty();
        List<TxnRequest> late = transactionsOf("/s1.0");
        assertThat(late).hasSizeGreaterThan(1);
        long first = granted(other, "s2-8");
        taken(session, "s1-10");
        assertThat(names()).containsExactlyInAnyOrder(folder + "w/s1.0", folder + "w/s2.0");
        assertNothingComesOf(late);
        release(other, "s2-8", first);
        long base = granted(session, "s1-10");
        assertThat(names()).containsExactly(folder + "w/s1.0");
        assertNothingComesOf(late);
        assertThat(await(session.release(grant("s1-10", base), Duration.ZERO))).isTrue();
    }

    private List<TxnRequest> transactionsOf(String key) {
        return counting.transactions.stream()
                .filter(one -> one.toString().contains(key))
                .toList();
    }

    private void assertNothingComesOf(List<TxnRequest> late) {
        List<KeyValue> before = keys();
        for (TxnRequest one : late) {
            // Of a lease that is gone etcd refuses the request.
            await(etcd.call(KVGrpc.getTxnMethod(), one).handle((answer, failure) -> "done"));
            assertThat(keys()).as(one.toString()).isEqualTo(before);
        }
    }

    @Test
    void whatComesLateAfterATakeOverLeavesTheNextAlone() {
        counting.transactions.clear();
        long first = granted(other, "s2-1");
        release(session, "s1-1", takenOver("s1-1", grant("s2-1", first)));
        List<TxnRequest> late = transactionsOf("/s1.0");
        assertThat(late).hasSizeGreaterThan(1);
        long next = granted(other, "s2-8");
        assertNothingComesOf(late);
        long base = takenOver("s1-10", grant("s2-8", next));
        assertThat(names()).containsExactly(folder + "f/s1.0");
        assertNothingComesOf(late);
        assertThat(await(session.release(grant("s1-10", base), Duration.ZERO))).isTrue();
    }

    private long takenOver(String attempt, Grant from) {
        AcquireAnswer answer = await(administration.takeOver(request(attempt, GREATEST), from));
        assertThat(answer).isInstanceOf(AcquireAnswer.Granted.class);
        return ((AcquireAnswer.Granted) answer).base();
    }

    @Test
    void aGrantThatWasAppliedLateIsClearedByTheNextWithItsName() {
        TxnRequest late = firstTransaction();
        await(etcd.call(KVGrpc.getTxnMethod(), late));
        long leftover = keys().get(0).getModRevision();
        long base = granted(session, "s1-2");
        assertThat(base).isGreaterThan(leftover);
        assertThat(keys()).singleElement().matches(kv -> Entry.of(kv).isOf("s1-2"));
        assertThat(await(session.release(grant("s1-2", base), Duration.ZERO))).isTrue();
    }

    @Test
    void aPlaceThatWasTakenLateIsClearedByTheNextWithItsName() {
        TxnRequest late = firstTransaction();
        long first = granted(other, "s2-1");
        await(etcd.call(KVGrpc.getTxnMethod(), late));
        taken(session, "s1-2");
        assertThat(keys()).extracting(kv -> Entry.of(kv).attempt()).containsExactlyInAnyOrder("s2-1", "s1-2");
        release(other, "s2-1", first);
        granted(session, "s1-2");
    }

    private TxnRequest firstTransaction() {
        counting.transactions.clear();
        release(session, "s1-1", granted(session, "s1-1"));
        return counting.transactions.get(0);
    }

    @Test
    void aGrantOfBeforeIsNotThatOfTheNextWithTheName() {
        long old = granted(session, "s1-1");
        release(session, "s1-1", old);
        long base = granted(session, "s1-2");
        List<KeyValue> before = keys();
        for (long shown : List.of(old, base)) {
            Grant grant = grant("s1-1", shown);
            assertThat(await(administration.refuse(grant))).isFalse();
            assertThat(await(administration.takeOver(request("s2-" + shown, GREATEST), grant)))
                    .isInstanceOf(AcquireAnswer.Taken.class);
            assertThat(await(other.release(grant, Duration.ZERO))).isFalse();
            assertThat(await(session.release(grant, Duration.ZERO))).isFalse();
            assertThat(await(session.verify(grant))).isFalse();
        }
        assertThat(await(session.release(grant("s1-1", 0), Duration.ZERO))).isFalse();
        assertThat(keys()).isEqualTo(before);
    }

    @Test
    void aRefusedGrantKeepsItsNameAndOthersOut() {
        Grant refused = grant("s1-1", granted(session, "s1-1"));
        assertThat(await(administration.refuse(refused))).isTrue();
        assertThat(ask(session, "s1-1", GREATEST)).isEqualTo(new AcquireAnswer.Ended());
        taken(session, "s1-2");
        assertThat(names()).containsExactlyInAnyOrder(folder + "w/s1.0", folder + "w/s1.1");
        assertThat(await(session.release(refused, Duration.ZERO))).isFalse();
        granted(session, "s1-2");
        release(session, "s1-3", 0);
        taken(session, "s1-4");
        assertThat(names()).containsExactlyInAnyOrder(folder + "w/s1.0", folder + "w/s1.1");
    }

    @Test
    void aGrantThatWasMovedIsFoundByItsBase() {
        for (String end : List.of("release", "refuse", "take over")) {
            String attempt = "s1-" + end.length();
            Grant moved = grant(attempt, ((AcquireAnswer.Granted) ask(session, attempt, SHORTER)).base());
            taken(other, "s2-" + end.length());
            ask(session, attempt, GREATEST);
            switch (end) {
                case "release" ->
                    assertThat(await(other.release(moved, Duration.ZERO))).isTrue();
                case "refuse" -> assertThat(await(administration.refuse(moved))).isTrue();
                default -> release(session, "s1-99", takenOver("s1-99", moved));
            }
            assertThat(await(session.verify(moved))).isFalse();
            release(session, attempt, 0);
            release(other, "s2-" + end.length(), 0);
        }
    }

    @Test
    void aNameThatIsUsedAgainIsNotTheOneThatIsWaitedFor() throws Exception {
        long base = granted(session, "s1-1");
        counting.watching = new CompletableFuture<>();
        taken(other, "s2-1");
        release(session, "s1-1", base);
        taken(session, "s1-2");
        assertThat(names()).containsExactlyInAnyOrder(folder + "w/s1.0", folder + "w/s2.0");
        counting.watching.complete(true);
        Commands.waitUntil(PATIENCE, () -> woken.contains("s2-1"));
        granted(other, "s2-1");
    }

    @Test
    void aNameIsFreeWhenNoRequestIsUnderWay() throws Exception {
        release(session, "s1-0", granted(session, "s1-0"));
        counting.answering = new CompletableFuture<>();
        counting.lateTxnAnswers.set(1);
        CompletableFuture<AcquireAnswer> late = session.acquire(request("s1-1", GREATEST));
        Commands.waitUntil(PATIENCE, () -> names().equals(List.of(folder + "w/s1.0")));
        await(session.release(grant("s1-1", 0), Duration.ofSeconds(10)));
        long base = granted(session, "s1-2");
        assertThat(names()).containsExactly(folder + "w/s1.1");
        counting.answering.complete(true);
        await(late.handle((answer, failure) -> "done"));
        release(session, "s1-2", base);
        granted(session, "s1-3");
        assertThat(names()).containsExactly(folder + "w/s1.0");
    }

    @Test
    void anAnswerThatComesLateDoesNotForgetAGrant() {
        release(session, "s1-0", granted(session, "s1-0"));
        long first = granted(other, "s2-1");
        counting.answering = new CompletableFuture<>();
        counting.lateTxnAnswers.set(1);
        AcquireRequest unqueued = new AcquireRequest(resource, "s1-1", terms(GREATEST), 0, false);
        CompletableFuture<AcquireAnswer> late = session.acquire(unqueued);
        taken(session, "s1-1");
        release(other, "s2-1", first);
        long base = granted(session, "s1-1");
        counting.answering.complete(true);
        await(late.handle((answer, failure) -> "done"));
        assertThat(await(session.renew(grant("s1-1", base), terms(GREATEST)))).isTrue();
    }

    private List<KeyValue> keys() {
        return await(etcd.call(
                        KVGrpc.getRangeMethod(),
                        RangeRequest.newBuilder()
                                .setKey(EtcdKeys.bytes(folder))
                                .setRangeEnd(EtcdKeys.end(folder))
                                .build()))
                .getKvsList();
    }

    private List<String> names() {
        return keys().stream().map(kv -> kv.getKey().toStringUtf8()).toList();
    }

    private long granted(EtcdLockSession by, String attempt) {
        AcquireAnswer answer = ask(by, attempt, GREATEST);
        assertThat(answer).isInstanceOf(AcquireAnswer.Granted.class);
        return ((AcquireAnswer.Granted) answer).base();
    }

    private void taken(EtcdLockSession by, String attempt) {
        assertThat(ask(by, attempt, GREATEST)).isInstanceOf(AcquireAnswer.Taken.class);
    }

    private AcquireAnswer ask(EtcdLockSession by, String attempt, Duration lease) {
        return await(by.acquire(request(attempt, lease)));
    }

    private void release(EtcdLockSession by, String attempt, long base) {
        await(by.release(grant(attempt, base), Duration.ZERO));
    }

    private AcquireRequest request(String attempt, Duration lease) {
        return new AcquireRequest(resource, attempt, terms(lease), 0, true);
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
