package dev.pawl.fencing.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.etcd.Etcd;
import dev.pawl.etcd.EtcdKeys;
import dev.pawl.etcd.EtcdOptions;
import dev.pawl.fencing.FenceGuard;
import dev.pawl.fencing.FencingToken;
import dev.pawl.fencing.StaleTokenException;
import dev.pawl.servers.EtcdMembers;
import dev.pawl.servers.EtcdServer;
import dev.pawl.testkit.FenceGuardTck;
import dev.pawl.testkit.FencedNumber;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import java.util.List;
import java.util.UUID;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The kit on etcd: a number beside its guard, written by a transaction behind the check. */
@EtcdServer
final class EtcdFenceGuardIT extends FenceGuardTck {

    private static Etcd etcd;

    private final EtcdKeys keys = new EtcdKeys("test-" + UUID.randomUUID());

    @BeforeAll
    static void connect(EtcdMembers members) {
        etcd = Etcd.connect(EtcdOptions.of(members.endpoints().toArray(String[]::new)));
    }

    @AfterAll
    static void end() {
        etcd.close();
    }

    @Override
    protected FencedNumber open(String resource) {
        return new EtcdNumber(guard(resource), keys.key("number", resource));
    }

    private EtcdFenceGuard guard(String resource) {
        return EtcdFenceGuard.of(etcd, resource, keys.key("fence", resource));
    }

    @Test
    void theEffectDecidesByItsOwnComparisons() {
        EtcdFenceGuard guard = guard("own");
        FencingToken token = FencingToken.exclusive("a/b/c", 1);
        guard.enter(token);
        String number = keys.key("number", "own");
        TxnRequest effect = TxnRequest.newBuilder()
                .addCompare(Compare.newBuilder()
                        .setKey(EtcdKeys.bytes(number))
                        .setTarget(Compare.CompareTarget.CREATE)
                        .setCreateRevision(0))
                .addSuccess(put(number, "7"))
                .build();
        assertThat(guard.txn(token, effect).getSucceeded()).isTrue();
        assertThat(guard.txn(token, effect).getSucceeded()).isFalse();
    }

    @Test
    void aGuardThatHasReadBeforeSeesWhoHasEnteredSince() {
        EtcdFenceGuard mine = guard("two");
        FencingToken former = FencingToken.exclusive("a/b/c", 1);
        FencingToken later = FencingToken.exclusive("a/b/c", 2);
        mine.enter(former);
        mine.check(former);
        guard("two").enter(later);
        assertThatExceptionOfType(StaleTokenException.class).isThrownBy(() -> mine.check(former));
        mine.check(later);
    }

    @Test
    void aNewerFormatIsRefusedAndLeftAlone() {
        EtcdFenceGuard guard = guard("newer");
        FencingToken token = FencingToken.exclusive("a/b/c", 1);
        set(keys.key("fence", "newer"), "2;x");
        for (Runnable call :
                List.<Runnable>of(() -> guard.enter(token), () -> guard.check(token), () -> guard.reset("a/b/c", 1))) {
            assertThatExceptionOfType(BackendException.class)
                    .isThrownBy(call::run)
                    .withMessageStartingWith("format version of the marks must be 1: ")
                    .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
        }
    }

    private static void set(String key, String value) {
        etcd.call(
                        KVGrpc.getTxnMethod(),
                        TxnRequest.newBuilder().addSuccess(put(key, value)).build())
                .join();
    }

    private static RequestOp put(String key, String value) {
        return RequestOp.newBuilder()
                .setRequestPut(
                        PutRequest.newBuilder().setKey(EtcdKeys.bytes(key)).setValue(ByteString.copyFromUtf8(value)))
                .build();
    }

    private record EtcdNumber(EtcdFenceGuard etcdGuard, String key) implements FencedNumber {

        @Override
        public FenceGuard guard() {
            return etcdGuard;
        }

        @Override
        public long read() {
            return etcd
                    .call(
                            KVGrpc.getRangeMethod(),
                            RangeRequest.newBuilder()
                                    .setKey(EtcdKeys.bytes(key))
                                    .build())
                    .join()
                    .getKvsList()
                    .stream()
                    .mapToLong(kv -> Long.parseLong(kv.getValue().toStringUtf8()))
                    .findFirst()
                    .orElse(0);
        }

        /** The new number is made out of etcd: the transaction behind the check only writes it. */
        @Override
        public void update(FencingToken token, LongUnaryOperator change) {
            String next = Long.toString(change.applyAsLong(read()));
            etcdGuard.txn(
                    token, TxnRequest.newBuilder().addSuccess(put(key, next)).build());
        }

        @Override
        public void reset(String issuer, long floor) {
            etcdGuard.reset(issuer, floor);
        }
    }
}
