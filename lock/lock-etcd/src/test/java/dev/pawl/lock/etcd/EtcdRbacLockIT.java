package dev.pawl.lock.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.common.BackendException;
import dev.pawl.etcd.Etcd;
import dev.pawl.etcd.EtcdKeys;
import dev.pawl.etcd.EtcdOptions;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockTerms;
import dev.pawl.servers.Commands;
import dev.pawl.servers.EtcdMembers;
import dev.pawl.servers.EtcdProcess;
import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthUserChangePasswordRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.RangeRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A user of etcd with the rights that the page of this module names, and no others. */
@Tag("slow")
final class EtcdRbacLockIT extends EtcdLockContract {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static EtcdMembers members;
    private static Etcd etcd;

    @BeforeAll
    static void connect() throws Exception {
        members = EtcdMembers.create(1);
        EtcdProcess member = members.members().get(0);
        member.ask("/v3/auth/user/add", "{\"name\":\"root\",\"password\":\"top\"}");
        member.ask("/v3/auth/role/add", "{\"name\":\"root\"}");
        member.ask("/v3/auth/user/grant", "{\"user\":\"root\",\"role\":\"root\"}");
        member.ask("/v3/auth/user/add", "{\"name\":\"locks\",\"password\":\"secret\"}");
        member.ask("/v3/auth/role/add", "{\"name\":\"locks\"}");
        member.ask(
                "/v3/auth/role/grant",
                "{\"name\":\"locks\",\"perm\":{\"permType\":\"READWRITE\",\"key\":\"" + base64("kit-")
                        + "\",\"range_end\":\"" + base64("kit.") + "\"}}");
        member.ask("/v3/auth/user/grant", "{\"user\":\"locks\",\"role\":\"locks\"}");
        member.ask("/v3/auth/enable", "{}");
        etcd = Etcd.connect(
                EtcdOptions.of(members.endpoints().toArray(String[]::new)).withLogin("locks", "secret"));
        warmUp(etcd);
    }

    @AfterAll
    static void close() {
        etcd.close();
        members.close();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    Etcd etcd() {
        return etcd;
    }

    @Test
    void whatIsNotOfTheNamespaceIsRefused() {
        RangeRequest foreign =
                RangeRequest.newBuilder().setKey(EtcdKeys.bytes("other/x")).build();
        assertThatThrownBy(() -> etcd.call(KVGrpc.getRangeMethod(), foreign).join())
                .cause()
                .isInstanceOfSatisfying(BackendException.class, e -> {
                    assertThat(e.outcome()).isEqualTo(BackendException.Outcome.NOT_APPLIED);
                    assertThat(e).hasMessageContaining("permission denied");
                });
    }

    /** The stream of watches has the login that it was opened with; calls log in anew, and it has to follow them. */
    @Test
    void watchesGoOnWhenTheLoginOfTheirStreamHasEnded() throws Exception {
        Waiter waiter = new Waiter(EtcdLockBackend.of(etcd, "kit-login-" + UUID.randomUUID()));
        long base = waiter.granted("s1-1");
        waiter.waits("s1-2");
        endLogins();
        waiter.waits("s1-3");
        Commands.waitUntil(PATIENCE, () -> waiter.missed.get() == 1);
        waiter.waits("s1-2");
        waiter.waits("s1-3");
        Commands.waitUntil(PATIENCE, () -> waiter.session.waiting() == 2);
        waiter.release("s1-1", base);
        Commands.waitUntil(PATIENCE, () -> !waiter.woken.isEmpty());
        assertThat(waiter.woken).as("one is woken, by a release").containsExactly("s1-2");
        assertThat(waiter.granted("s1-2")).isGreaterThan(base);
        waiter.session.close();
    }

    /** A new password ends all logins with the old one, also if it is the same. */
    private static void endLogins() {
        EtcdOptions options = EtcdOptions.of(members.endpoints().toArray(String[]::new));
        try (Etcd root = Etcd.connect(options.withLogin("root", "top"))) {
            root.call(
                            AuthGrpc.getUserChangePasswordMethod(),
                            AuthUserChangePasswordRequest.newBuilder()
                                    .setName("locks")
                                    .setPassword("secret")
                                    .build())
                    .join();
        }
    }

    /** A session whose requests the test writes by hand. */
    private static final class Waiter implements GrantListener {

        private static final LockResource LOCK = new LockResource(LockResource.Kind.LOCK, "a");

        final EtcdLockSession session;
        final List<String> woken = new CopyOnWriteArrayList<>();
        final AtomicInteger missed = new AtomicInteger();

        Waiter(EtcdLockBackend backend) {
            session = backend.session("s1", this);
        }

        private AcquireAnswer ask(String attempt) throws Exception {
            LockTerms terms = new LockTerms(FencingToken.Kind.EXCLUSIVE, 1, Duration.ofSeconds(20), Duration.ZERO);
            return session.acquire(new AcquireRequest(LOCK, attempt, terms, 0, true))
                    .get(30, TimeUnit.SECONDS);
        }

        long granted(String attempt) throws Exception {
            assertThat(ask(attempt)).isInstanceOf(AcquireAnswer.Granted.class);
            return ((AcquireAnswer.Granted) ask(attempt)).base();
        }

        void waits(String attempt) throws Exception {
            assertThat(ask(attempt)).isInstanceOf(AcquireAnswer.Taken.class);
        }

        void release(String attempt, long base) throws Exception {
            session.release(new Grant(LOCK, FencingToken.Kind.EXCLUSIVE, attempt, base), Duration.ZERO)
                    .get(30, TimeUnit.SECONDS);
        }

        @Override
        public void granted(String attempt, long stamp, AcquireAnswer.Granted answer) {
            throw new AssertionError("this store does not grant by message");
        }

        @Override
        public void wake(String attempt) {
            woken.add(attempt);
        }

        @Override
        public void missed() {
            missed.incrementAndGet();
        }
    }

    @Test
    void aWrongPasswordIsToldAsSuch() {
        EtcdOptions wrong =
                EtcdOptions.of(members.endpoints().toArray(String[]::new)).withLogin("locks", "guess");
        try (Etcd other = Etcd.connect(wrong)) {
            assertThatThrownBy(() -> other.call(KVGrpc.getRangeMethod(), RangeRequest.getDefaultInstance())
                            .join())
                    .cause()
                    .isInstanceOf(BackendException.class)
                    .hasMessageContaining("authentication failed");
        }
    }
}
