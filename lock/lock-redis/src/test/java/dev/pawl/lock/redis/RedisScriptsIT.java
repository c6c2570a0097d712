package dev.pawl.lock.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pawl.common.BackendException;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.lock.spi.LockAdministration;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockSession;
import dev.pawl.lock.spi.LockTerms;
import dev.pawl.redis.RedisKeys;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests by hand, in orders that a lock service seldom sends them in. */
@RedisServer
final class RedisScriptsIT implements GrantListener {

    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final LockResource LOCK = new LockResource(LockResource.Kind.LOCK, "a");

    private final RedisProcess server;
    private final Map<String, AcquireAnswer.Granted> messages = new ConcurrentHashMap<>();
    private RedisClient client;
    private LettuceRedis redis;
    private LockSession session;
    private LockAdministration administration;
    private String namespace;

    RedisScriptsIT(RedisProcess server) {
        this.server = server;
    }

    @BeforeEach
    void connect() {
        namespace = server.newPrefix();
        RedisURI uri = RedisURI.create(server.uri());
        client = RedisClient.create(uri);
        redis = LettuceRedis.of(client, uri, Patience.TIMEOUT);
        RedisLockBackend backend = RedisLockBackend.of(redis, namespace);
        session = backend.open("s", this);
        administration = backend.administration();
    }

    @AfterEach
    void close() {
        session.close();
        redis.close();
        client.shutdown();
    }

    @Override
    public void granted(String attempt, long stamp, AcquireAnswer.Granted answer) {
        messages.put(attempt, answer);
    }

    @Override
    public void wake(String attempt) {}

    @Override
    public void missed() {}

    @Test
    void aTakeOverThatComesAfterItsTombstoneIsRefused() {
        Grant dead = granted("dead", LEASE.multipliedBy(10));
        join(session.release(grant("late", 0), Duration.ofSeconds(30)));

        assertThat(takeOver("late", dead)).isEqualTo(new AcquireAnswer.Ended());
        assertThat(join(session.verify(dead))).isTrue();
        assertThat(takeOver("other", dead)).isInstanceOf(AcquireAnswer.Granted.class);
        assertThat(join(session.verify(dead))).isFalse();
    }

    @Test
    void aTakeOverThatIsAskedAgainDoesNotReviveAHolderWhoIsRefused() {
        Grant dead = granted("dead", LEASE);
        AcquireAnswer.Granted first = (AcquireAnswer.Granted) takeOver("two", dead);
        assertThat(takeOver("two", dead)).as("asked again").isEqualTo(first);
        Grant taken = grant("two", first.base());
        assertThat(join(administration.refuse(taken))).isTrue();

        assertThat(takeOver("two", dead)).isEqualTo(new AcquireAnswer.Ended());
        await().atMost(LEASE.multipliedBy(10)).until(() -> ask("three", LEASE, false) instanceof AcquireAnswer.Granted);
    }

    @Test
    void anAdministratorMeansTheGrantThatWasSeenAndNotALaterOneOfTheSameAttempt() {
        Grant before = granted("one", Duration.ofMillis(200));
        await().pollDelay(Duration.ofMillis(300)).until(() -> true);
        Grant now = granted("one", LEASE.multipliedBy(10));
        assertThat(now.base()).isGreaterThan(before.base());
        assertThat(join(administration.refuse(before))).isFalse();
        assertThat(takeOver("two", before)).isInstanceOf(AcquireAnswer.Taken.class);
        assertThat(join(session.verify(now))).isTrue();
    }

    @Test
    void aPermitWhoseLeaseHasEndedIsNotReleased() {
        LockResource semaphore = new LockResource(LockResource.Kind.SEMAPHORE, "s");
        LockTerms moment = new LockTerms(FencingToken.Kind.PERMIT, 2, Duration.ofMillis(200), Duration.ZERO);
        AcquireAnswer.Granted answer =
                (AcquireAnswer.Granted) join(session.acquire(new AcquireRequest(semaphore, "one", moment, 0, false)));
        Grant permit = new Grant(semaphore, FencingToken.Kind.PERMIT, "one", answer.base());
        await().pollDelay(Duration.ofMillis(300)).until(() -> true);
        assertThat(join(session.release(permit, Duration.ZERO))).isFalse();
    }

    @Test
    void theEndOfALeasePassesOverAPlaceThatHasLapsed() {
        granted("holder", LEASE.multipliedBy(3));
        assertThat(ask("gone", Duration.ofMillis(200), true)).isInstanceOf(AcquireAnswer.Taken.class);
        assertThat(ask("alive", LEASE.multipliedBy(10), true)).isInstanceOf(AcquireAnswer.Taken.class);

        await().atMost(LEASE.multipliedBy(10)).until(() -> {
            ask("stranger", LEASE, false);
            return messages.containsKey("alive");
        });
        assertThat(messages).containsOnlyKeys("alive");
        assertThat(join(session.verify(grant("alive", messages.get("alive").base()))))
                .isTrue();
    }

    @Test
    void whoAsksForTheFirstTimeDoesNotOvertakeWhoWaits() {
        granted("holder", LEASE.multipliedBy(3));
        ask("waits", LEASE.multipliedBy(10), true);
        LockSession stranger = RedisLockBackend.of(redis, namespace).open("stranger", this);
        await().atMost(LEASE.multipliedBy(10)).until(() -> {
            AcquireAnswer answer = join(stranger.acquire(new AcquireRequest(LOCK, "stranger", terms(LEASE), 0, false)));
            assertThat(answer).isInstanceOf(AcquireAnswer.Taken.class);
            return messages.containsKey("waits");
        });
        stranger.close();
    }

    @Test
    void theSecondHalfOfAnAcquireThatComesTooLateGrantsNothing() throws Exception {
        long now = Long.parseLong(String.valueOf(((List<?>) server.ask("TIME")).get(0))) * 1000;
        assertThat(secondHalf("late", now - 4_000)).isEqualTo(-2);
        assertThat(secondHalf("soon", now)).isGreaterThan(0);
    }

    private long secondHalf(String attempt, long firstAnsweredAt) {
        List<byte[]> args = new ArrayList<>(List.of(
                Scripts.text(attempt),
                Scripts.millis(LEASE),
                Scripts.number(0),
                Scripts.padded(1),
                Scripts.NONE,
                Scripts.number(0),
                Scripts.number(firstAnsweredAt)));
        LockKeys keys = new LockKeys(new RedisKeys(namespace));
        return join(redis.eval(Scripts.ACQUIRE, keys.of(LOCK), args)).integer(0);
    }

    @Test
    void whoAsksBehindAReleaseOfTheSameClientComesBehindItThoughAPlaceHasLapsedThere() {
        Grant first = granted("one", LEASE.multipliedBy(10));
        LockSession other = RedisLockBackend.of(redis, namespace).open("other", this);
        join(other.acquire(new AcquireRequest(LOCK, "gone", terms(Duration.ofMillis(200)), 0, true)));
        await().pollDelay(Duration.ofMillis(300)).until(() -> true);
        CompletionStage<Boolean> released = session.release(first, Duration.ZERO);
        CompletionStage<AcquireAnswer> next = session.acquire(new AcquireRequest(LOCK, "two", terms(LEASE), 0, false));
        assertThat(join(released)).isTrue();
        assertThat(join(next)).isInstanceOf(AcquireAnswer.Granted.class);
        other.close();
    }

    @Test
    void aReleasePassesOverAPlaceThatHasLapsed() {
        Grant holder = granted("holder", LEASE.multipliedBy(10));
        ask("gone", Duration.ofMillis(200), true);
        ask("alive", LEASE.multipliedBy(10), true);
        await().pollDelay(Duration.ofMillis(300)).until(() -> true);
        assertThat(join(session.release(holder, Duration.ZERO))).isTrue();
        await().until(() -> messages.containsKey("alive"));
        assertThat(messages).containsOnlyKeys("alive");
    }

    @Test
    void aGrantByAReleaseIsAboveWhatIsInTheRecordThoughTheClockIsBehind() throws Exception {
        server.ask("SET", namespace + ":lock:{a}", "19000000000000000");
        Grant first = granted("one", LEASE.multipliedBy(10));
        LockSession other = RedisLockBackend.of(redis, namespace).open("other", this);
        join(other.acquire(new AcquireRequest(LOCK, "two", terms(LEASE.multipliedBy(10)), 0, true)));
        join(session.release(first, Duration.ZERO));
        await().until(() -> messages.containsKey("two"));
        assertThat(messages.get("two").base()).isEqualTo(first.base() + 1);
        other.close();
    }

    @Test
    void aGrantByAReleaseIsAboveWhatTheWaitingClientHasSeen() throws Exception {
        Grant first = granted("one", LEASE.multipliedBy(10));
        server.ask("SET", namespace + ":lock:{b}", "19000000000000000");
        LockSession other = RedisLockBackend.of(redis, namespace).open("other", this);
        LockResource seen = new LockResource(LockResource.Kind.LOCK, "b");
        join(other.acquire(new AcquireRequest(seen, "sees", terms(LEASE), 0, false)));
        join(other.acquire(new AcquireRequest(LOCK, "two", terms(LEASE.multipliedBy(10)), 0, true)));
        join(session.release(first, Duration.ZERO));
        await().until(() -> messages.containsKey("two"));
        assertThat(messages.get("two").base()).isEqualTo(9_000_000_000_000_002L);
        other.close();
    }

    @Test
    void aGrantIsAboveWhatIsInTheRecordAndWhatTheClientHasSeenThoughTheClockIsBehind() throws Exception {
        String last = "9000000000000000";
        String record = namespace + ":lock:{a}";
        server.ask("SET", record, "1" + last);
        Grant free = granted("one", LEASE);
        assertThat(free.base()).as("from a record that is free").isEqualTo(9_000_000_000_000_001L);
        join(session.release(free, Duration.ofSeconds(30)));
        Grant waited = granted("two", LEASE);
        assertThat(waited.base()).as("from a record with a tombstone").isEqualTo(9_000_000_000_000_002L);
        assertThat(((AcquireAnswer.Granted) takeOver("three", waited)).base()).isEqualTo(9_000_000_000_000_003L);

        server.ask("DEL", record);
        assertThat(granted("four", LEASE).base())
                .as("above what was seen, though the record is lost")
                .isEqualTo(9_000_000_000_000_004L);
    }

    @Test
    void aRecordOfANewerFormatIsRefusedByEveryScript() throws Exception {
        for (LockResource.Kind kind : List.of(LockResource.Kind.LOCK, LockResource.Kind.READ_WRITE)) {
            LockResource resource = new LockResource(kind, "new");
            String record = namespace + ":" + kind.text() + ":{new}";
            server.ask("SET", record, "2whatever");
            Grant grant = new Grant(resource, FencingToken.Kind.EXCLUSIVE, "one", 7);
            assertRefused(session.renew(grant, terms(LEASE)));
            assertRefused(session.verify(grant));
            assertRefused(session.release(grant, Duration.ZERO));
            assertRefused(administration.refuse(grant));
            assertRefused(session.acquire(new AcquireRequest(resource, "one", terms(LEASE), 0, true)));
            assertThat(server.ask("GET", record)).isEqualTo("2whatever");
        }
    }

    private static void assertRefused(CompletionStage<?> stage) {
        assertThatThrownBy(() -> stage.toCompletableFuture().join())
                .cause()
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("PAWLFORMAT");
    }

    private Grant granted(String attempt, Duration lease) {
        AcquireAnswer answer = ask(attempt, lease, false);
        assertThat(answer).isInstanceOf(AcquireAnswer.Granted.class);
        return grant(attempt, ((AcquireAnswer.Granted) answer).base());
    }

    private static Grant grant(String attempt, long base) {
        return new Grant(LOCK, FencingToken.Kind.EXCLUSIVE, attempt, base);
    }

    private AcquireAnswer ask(String attempt, Duration lease, boolean queued) {
        return join(session.acquire(new AcquireRequest(LOCK, attempt, terms(lease), 0, queued)));
    }

    private AcquireAnswer takeOver(String attempt, Grant from) {
        return join(administration.takeOver(new AcquireRequest(LOCK, attempt, terms(LEASE), 0, false), from));
    }

    private static LockTerms terms(Duration lease) {
        return new LockTerms(FencingToken.Kind.EXCLUSIVE, 1, lease, Duration.ZERO);
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
