package dev.pawl.lock.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockSession;
import dev.pawl.lock.spi.LockTerms;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.servers.CuttingProxy;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that leave together: each is answered as if it were alone. */
@RedisServer(settings = "acllog-max-len 66") // its own, since commands are counted
final class RecordGroupsIT implements GrantListener {

    private static final LockTerms TERMS =
            new LockTerms(FencingToken.Kind.EXCLUSIVE, 1, Duration.ofSeconds(60), Duration.ZERO);

    private final RedisProcess server;
    private CuttingProxy proxy;
    private RedisClient client;
    private LettuceRedis redis;
    private LockSession session;
    private String namespace;

    RecordGroupsIT(RedisProcess server) {
        this.server = server;
    }

    @BeforeEach
    void connect() throws Exception {
        server.ensureRunning();
        namespace = server.newPrefix();
        proxy = CuttingProxy.to("127.0.0.1", server.port());
        connect(RedisURI.create("127.0.0.1", proxy.port()));
    }

    private void connect(RedisURI uri) throws Exception {
        client = RedisClient.create(uri);
        redis = LettuceRedis.of(client, uri, Patience.TIMEOUT);
        session = RedisLockBackend.of(redis, namespace).open("s", this);
        // The servers' settings are asked for once, and the script is known from here on.
        get(acquire("warm", "one"));
        together(() -> List.of(acquire("warm", "one"), acquire("warm", "one"))).forEach(RecordGroupsIT::get);
    }

    @AfterEach
    void close() throws Exception {
        session.close();
        redis.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        proxy.close();
    }

    @Override
    public void granted(String attempt, long stamp, AcquireAnswer.Granted answer) {}

    @Override
    public void wake(String attempt) {}

    @Override
    public void missed() {}

    private static LockResource lock(String name) {
        return new LockResource(LockResource.Kind.LOCK, name);
    }

    private CompletableFuture<AcquireAnswer> acquire(String name, String attempt) {
        return session.acquire(new AcquireRequest(lock(name), attempt, TERMS, 0, false))
                .toCompletableFuture();
    }

    private CompletableFuture<Boolean> release(String name, String attempt) {
        return session.release(new Grant(lock(name), FencingToken.Kind.EXCLUSIVE, attempt, 0), Duration.ZERO)
                .toCompletableFuture();
    }

    /** Several requests. */
    private interface Asking<T> {
        T ask() throws Exception;
    }

    /** What is asked while the client cannot write, so that it leaves as one call. */
    private <T> T together(Asking<T> asking) throws Exception {
        HeldWrites held = HeldWrites.of(redis, namespace + ":held");
        try (held) {
            return asking.ask();
        }
    }

    private static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("no answer", e);
        }
    }

    private static BackendException failure(CompletableFuture<?> future) {
        Throwable failure = get(future.handle((answer, thrown) -> thrown)
                .thenApply(thrown -> thrown instanceof BackendException ? thrown : thrown.getCause()));
        assertThat(failure).isInstanceOf(BackendException.class);
        return (BackendException) failure;
    }

    private static long base(CompletableFuture<AcquireAnswer> answer) {
        return ((AcquireAnswer.Granted) get(answer)).base();
    }

    private long scripts() throws IOException {
        Matcher calls = Pattern.compile("cmdstat_evalsha:calls=(\\d+)")
                .matcher(String.valueOf(server.ask("INFO", "commandstats")));
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    @Test
    void whatIsAskedTogetherIsOneCommandAndEachIsGranted() throws Exception {
        long[] before = new long[1];
        List<CompletableFuture<AcquireAnswer>> answers = together(() -> {
            before[0] = scripts();
            List<CompletableFuture<AcquireAnswer>> asked = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                asked.add(acquire("a" + i, "one"));
            }
            return asked;
        });
        answers.forEach(answer -> assertThat(base(answer)).isPositive());
        assertThat(scripts() - before[0]).isEqualTo(1);
        for (int i = 0; i < 20; i++) {
            assertThat(get(release("a" + i, "one"))).isTrue();
        }
    }

    @Test
    void requestsForOneLockComeInTheOrderOfAsking() throws Exception {
        List<CompletableFuture<AcquireAnswer>> answers = new ArrayList<>();
        List<CompletableFuture<Boolean>> releases = new ArrayList<>();
        together(() -> {
            answers.add(acquire("a", "one"));
            answers.add(acquire("a", "two"));
            answers.add(acquire("a", "one"));
            releases.add(release("a", "two"));
            releases.add(release("a", "one"));
            answers.add(acquire("a", "two"));
            return answers;
        });
        assertThat(get(answers.get(1))).isInstanceOf(AcquireAnswer.Taken.class);
        assertThat(base(answers.get(2))).as("asked again").isEqualTo(base(answers.get(0)));
        assertThat(releases).extracting(RecordGroupsIT::get).containsExactly(false, true);
        assertThat(base(answers.get(3))).isGreaterThan(base(answers.get(0)));
    }

    @Test
    void whatIsWrongWithOneRecordIsNoMatterOfTheOthers() throws Exception {
        server.ask("SET", namespace + ":lock:{newer}", "91700000000000000");
        server.ask("SET", namespace + ":lock:{letters}", "1" + "z".repeat(60));
        server.ask("RPUSH", namespace + ":lock:{list}", "x");
        List<CompletableFuture<AcquireAnswer>> answers = together(() -> List.of(
                acquire("a", "one"),
                acquire("newer", "one"),
                acquire("b", "one"),
                acquire("list", "one"),
                acquire("letters", "one"),
                acquire("c", "one")));
        assertThat(failure(answers.get(1)))
                .hasMessageContaining("PAWLFORMAT")
                .extracting(BackendException::outcome)
                .isEqualTo(Outcome.NOT_APPLIED);
        assertThat(failure(answers.get(3))).hasMessageContaining("WRONGTYPE");
        assertThat(failure(answers.get(4))).hasMessageContaining("PAWLFORMAT");
        for (int good : new int[] {0, 2, 5}) {
            assertThat(base(answers.get(good))).isPositive();
        }
        assertThat(List.of(release("a", "one"), release("b", "one"), release("c", "one")))
                .extracting(RecordGroupsIT::get)
                .containsOnly(true);
    }

    @Test
    void whereOthersWaitARequestOfAGroupIsMadeAgainWithAllKeys() throws Exception {
        get(acquire("a", "holder"));
        CompletableFuture<AcquireAnswer> waiting = session.acquire(
                        new AcquireRequest(lock("a"), "waits", TERMS, 0, true))
                .toCompletableFuture();
        assertThat(get(waiting)).isInstanceOf(AcquireAnswer.Taken.class);
        // Another session, which has no guess about the lock.
        session.close();
        session = RedisLockBackend.of(redis, namespace).open("other", this);
        get(acquire("warm", "one"));
        CompletableFuture<AcquireAnswer> stranger = new CompletableFuture<>();
        CompletableFuture<Boolean> released = together(() -> {
            CompletableFuture<Boolean> first = release("a", "holder");
            acquire("b", "one");
            acquire("a", "stranger").thenAccept(stranger::complete);
            return first;
        });
        assertThat(get(released)).isTrue();
        assertThat(get(stranger)).as("who waited comes first").isInstanceOf(AcquireAnswer.Taken.class);
        assertThat(get(release("a", "waits"))).isTrue();
    }

    @Test
    void aGroupWhoseReplyIsLostIsUnknownForEachAndAskedAgainGivesWhatWasGranted() throws Exception {
        proxy.cutReplyTo(Scripts.GROUP.sha1());
        List<CompletableFuture<AcquireAnswer>> answers =
                together(() -> List.of(acquire("a", "one"), acquire("b", "one"), acquire("c", "one")));
        assertThat(answers)
                .extracting(RecordGroupsIT::failure)
                .doesNotHaveDuplicates()
                .allSatisfy(e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
        assertThat(proxy.repliesLost()).isEqualTo(1);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> get(acquire("warm", "one").handle((answer, failure) -> failure == null)));
        for (String name : List.of("a", "b", "c")) {
            assertThat(base(acquire(name, "one"))).isPositive();
            assertThat(get(acquire(name, "two"))).isInstanceOf(AcquireAnswer.Taken.class);
        }
    }

    @Test
    void whoLeavesWhileItsAcquireIsNotWrittenYetLeavesNothingBehind() throws Exception {
        List<CompletableFuture<AcquireAnswer>> late = new ArrayList<>();
        CompletableFuture<Boolean> left = together(() -> {
            late.add(acquire("b", "other"));
            late.add(acquire("a", "one"));
            return session.release(new Grant(lock("a"), FencingToken.Kind.EXCLUSIVE, "one", 0), Duration.ofSeconds(30))
                    .toCompletableFuture();
        });
        get(left);
        late.forEach(answer -> get(answer.handle((granted, failure) -> true)));
        assertThat(base(acquire("a", "two"))).isPositive();
    }

    @Test
    void aLateAcquireOfAGroupMeetsTheTombstoneOfItsAttempt() throws Exception {
        get(session.release(new Grant(lock("a"), FencingToken.Kind.EXCLUSIVE, "one", 0), Duration.ofSeconds(30))
                .toCompletableFuture());
        List<CompletableFuture<AcquireAnswer>> answers =
                together(() -> List.of(acquire("b", "one"), acquire("a", "one"), acquire("a", "two")));
        assertThat(base(answers.get(0))).isPositive();
        assertThat(get(answers.get(1))).isEqualTo(new AcquireAnswer.Ended());
        assertThat(base(answers.get(2))).isPositive();
    }

    @Test
    void whatHasNotLeftWhenTheSessionIsClosedIsAnswered() throws Exception {
        get(acquire("a", "one"));
        List<CompletableFuture<?>> asked = together(() -> {
            List<CompletableFuture<?>> both = List.of(release("a", "one"), acquire("b", "one"));
            session.close();
            return both;
        });
        assertThat(get(asked.get(0))).isEqualTo(true);
        assertThat(get(asked.get(1))).isInstanceOf(AcquireAnswer.Granted.class);
        assertThat(failure(acquire("c", "one")).outcome()).isEqualTo(Outcome.NOT_APPLIED);
    }

    @Test
    void aServerWithoutMemoryRefusesEachAndDoesNothing() throws Exception {
        server.ask("CONFIG", "SET", "maxmemory", "1");
        try {
            assertThat(together(() -> List.of(acquire("a", "one"), acquire("b", "one"))))
                    .extracting(RecordGroupsIT::failure)
                    .allSatisfy(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
        } finally {
            server.ask("CONFIG", "SET", "maxmemory", "0");
        }
        assertThat(base(acquire("a", "two"))).isPositive();
        assertThat(base(acquire("b", "two"))).isPositive();
    }

    @Test
    void aStoppedServerEndsEachRequestAsUnknownInTime() throws Exception {
        LettuceRedis hasty = LettuceRedis.of(client, RedisURI.create("127.0.0.1", proxy.port()), Duration.ofSeconds(1));
        LockSession stopped = RedisLockBackend.of(hasty, namespace).open("hasty", this);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> get(stopped.acquire(new AcquireRequest(lock("warm"), "one", TERMS, 0, false))
                        .toCompletableFuture()
                        .handle((answer, failure) -> failure == null)));
        server.pause();
        try {
            List<CompletableFuture<AcquireAnswer>> asked = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                asked.add(stopped.acquire(new AcquireRequest(lock("p" + i), "one", TERMS, 0, false))
                        .toCompletableFuture());
            }
            // For want of a connection a later one may say more.
            asked.forEach(answer -> assertThat(failure(answer)).isNotNull());
            assertThat(failure(asked.get(0)).outcome()).isEqualTo(Outcome.UNKNOWN);
        } finally {
            server.resume();
            stopped.close();
            hasty.close();
        }
    }

    @Test
    void aUserWithRightsToSomeOfTheKeysHasThose() throws Exception {
        String user = namespace;
        server.ask(
                "ACL",
                "SETUSER",
                user,
                "on",
                ">secret",
                "+@all",
                "~" + namespace + ":lock:{a}*",
                "~" + namespace + ":lock:{warm}*",
                "~" + namespace + ":held",
                "allchannels");
        session.close();
        redis.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        connect(RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(server.port())
                .withAuthentication(user, "secret".toCharArray())
                .build());
        for (int run = 0; run < 2; run++) {
            List<CompletableFuture<AcquireAnswer>> answers =
                    together(() -> List.of(acquire("a", "one"), acquire("b", "one"), acquire("warm", "one")));
            assertThat(base(answers.get(0))).isPositive();
            assertThat(failure(answers.get(1))).hasMessageContaining("NOPERM");
            assertThat(base(answers.get(2))).isPositive();
        }
    }
}
