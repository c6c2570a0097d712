package dev.pawl.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.servers.EtcdMembers;
import dev.pawl.servers.EtcdProcess;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.RangeRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

final class EtcdIT {

    private static final RangeRequest GET =
            RangeRequest.newBuilder().setKey(EtcdKeys.bytes("a")).build();

    @Test
    void failuresSayWhetherTheRequestMayHaveBeenApplied() throws Exception {
        try (EtcdMembers members = EtcdMembers.create(1);
                Etcd etcd = connect(members)) {
            EtcdProcess member = members.members().get(0);
            awaitAnswer(etcd);
            member.pause();
            assertThat(failure(etcd).outcome()).isEqualTo(Outcome.UNKNOWN);
            member.kill();
            // Until the client has tried to connect anew, it fails calls as it did the one that the server broke off.
            awaitThat("refused connections are known", () -> failure(etcd).outcome() == Outcome.NOT_APPLIED);
            member.start();
            awaitAnswer(etcd);
        }
    }

    @Test
    void callsGoToMembersThatAreThere() throws Exception {
        try (EtcdMembers members = EtcdMembers.create(3);
                Etcd etcd = connect(members)) {
            members.leader().kill();
            awaitAnswer(etcd);
        }
    }

    @Test
    void aTokenThatTheServerHasForgottenIsMadeAnew() throws Exception {
        try (EtcdMembers members = EtcdMembers.create(1)) {
            EtcdProcess member = members.members().get(0);
            member.ask("/v3/auth/user/add", "{\"name\":\"root\",\"password\":\"top\"}");
            member.ask("/v3/auth/role/add", "{\"name\":\"root\"}");
            member.ask("/v3/auth/user/grant", "{\"user\":\"root\",\"role\":\"root\"}");
            member.ask("/v3/auth/enable", "{}");
            EtcdOptions options = EtcdOptions.of(member.endpoint()).withLogin("root", "top");
            try (Etcd etcd = Etcd.connect(options)) {
                awaitAnswer(etcd);
                member.kill();
                member.start();
                awaitAnswer(etcd);
            }
        }
    }

    @Test
    void aLeaseIsKeptAliveOrFoundToBeGone() throws Exception {
        try (EtcdMembers members = EtcdMembers.create(1);
                Etcd etcd = connect(members)) {
            awaitAnswer(etcd);
            long lease = await(etcd.call(
                            LeaseGrpc.getLeaseGrantMethod(),
                            LeaseGrantRequest.newBuilder().setTTL(5).build()))
                    .getID();
            assertThat(await(etcd.keepAliveOnce(lease))).isEqualTo(5);
            assertThat(await(etcd.keepAliveOnce(lease + 1))).isZero();
        }
    }

    private static Etcd connect(EtcdMembers members) {
        return Etcd.connect(
                EtcdOptions.of(members.endpoints().toArray(String[]::new)).withTimeout(Duration.ofMillis(500)));
    }

    private static void awaitAnswer(Etcd etcd) {
        awaitThat(
                "etcd answers",
                () -> etcd.call(KVGrpc.getRangeMethod(), GET)
                        .handle((answer, failure) -> failure == null)
                        .join());
    }

    private static void awaitThat(String what, BooleanSupplier condition) {
        for (int i = 0; i < 600; i++) {
            if (condition.getAsBoolean()) {
                return;
            }
            CompletableFuture<Void> pause =
                    new CompletableFuture<Void>().completeOnTimeout(null, 50, TimeUnit.MILLISECONDS);
            pause.join();
        }
        throw new AssertionError("waited in vain until " + what);
    }

    private static BackendException failure(Etcd etcd) {
        try {
            etcd.call(KVGrpc.getRangeMethod(), GET).join();
        } catch (CompletionException e) {
            return (BackendException) e.getCause();
        }
        throw new AssertionError("etcd answered");
    }

    private static <T> T await(CompletableFuture<T> stage) {
        return stage.orTimeout(20, TimeUnit.SECONDS).join();
    }
}
