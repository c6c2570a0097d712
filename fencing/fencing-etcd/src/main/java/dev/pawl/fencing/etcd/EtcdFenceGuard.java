package dev.pawl.fencing.etcd;

import com.google.protobuf.ByteString;
import dev.pawl.common.BackendException;
import dev.pawl.etcd.Etcd;
import dev.pawl.etcd.EtcdKeys;
import dev.pawl.fencing.FenceGuarantee;
import dev.pawl.fencing.FenceGuarantee.Level;
import dev.pawl.fencing.FenceGuard;
import dev.pawl.fencing.FenceMarks;
import dev.pawl.fencing.FencingToken;
import dev.pawl.fencing.IssuerMismatchException;
import dev.pawl.fencing.NotEnteredException;
import dev.pawl.fencing.StaleTokenException;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Guards data in etcd by a key beside it. The effect is a transaction of yours, which runs inside of one that compares the marks:
 *
 * <pre>{@code
 * EtcdFenceGuard guard = EtcdFenceGuard.of(etcd, "account 7", "fences/account-7");
 * guard.enter(token);     // before anything is read
 * guard.txn(token, TxnRequest.newBuilder().addSuccess(putOfTheNewBalance).build());
 * }</pre>
 *
 * <p><b>Guarantee.</b> Check and effect are one transaction: once a later holder has entered, no transaction of an older one takes
 * effect. The marks are as durable as the data beside them, and a restore from a snapshot takes both back. {@link #check} alone says
 * nothing of the moment after it.
 *
 * <p><b>What is kept.</b> One key for each resource, without a lease: delete it together with the data, if the name is not used again.
 *
 * <p><b>Failures.</b> A {@link BackendException} as {@link Etcd} tells. To repeat {@code enter}, {@code check} and {@code reset} does
 * no harm; an effect whose outcome is {@code UNKNOWN} may have happened.
 *
 * <p><b>Threads.</b> Thread-safe. {@code enter}, {@code check}, {@code txn} and {@code reset} block until the answer is there, and
 * must not be called on the threads of the network; interruption does not end the wait. The others do not block.
 */
public final class EtcdFenceGuard implements FenceGuard {

    private static final TxnRequest NOTHING = TxnRequest.getDefaultInstance();

    private final Etcd etcd;
    private final String resource;
    private final ByteString key;
    /** What was read last: right as long as the key has that revision, which the transaction compares. */
    private volatile @Nullable StoredMarks seen;

    private EtcdFenceGuard(Etcd etcd, String resource, String key) {
        this.etcd = Objects.requireNonNull(etcd, "etcd");
        this.resource = Objects.requireNonNull(resource, "resource");
        this.key = EtcdKeys.bytes(key);
    }

    /**
     * Makes the guard of a resource. Does no I/O; guards of one key share its marks, wherever they are made.
     *
     * @param etcd the connection to the etcd of the data
     * @param resource the resource's name, for messages
     * @param key the key of the marks
     * @return the guard
     */
    public static EtcdFenceGuard of(Etcd etcd, String resource, String key) {
        return new EtcdFenceGuard(etcd, resource, key);
    }

    @Override
    public String resource() {
        return resource;
    }

    @Override
    public void enter(FencingToken token) {
        join(enterAsync(token));
    }

    /**
     * Takes the holder in, as {@link #enter} does.
     *
     * @param token the holder's token
     * @return completes when the holder has entered, or with what {@link #enter} throws
     */
    public CompletionStage<Void> enterAsync(FencingToken token) {
        return change(marks -> marks.enter(resource, token));
    }

    @Override
    public void check(FencingToken token) {
        TxnResponse unused = txn(token, NOTHING);
    }

    /**
     * Checks the token and runs the effect, as one transaction.
     *
     * @param token the holder's token, which has entered
     * @param effect what the holder does to the resource; its own comparisons decide between its branches
     * @return what the effect returned
     * @throws StaleTokenException if a later holder has entered; the effect was not run
     * @throws NotEnteredException if this one has not; the effect was not run
     * @throws IssuerMismatchException if the resource is bound to another issuer; the effect was not run
     * @throws BackendException if etcd refuses or does not answer
     */
    public TxnResponse txn(FencingToken token, TxnRequest effect) {
        return join(txnAsync(token, effect));
    }

    /**
     * Checks the token and runs the effect, as {@link #txn} does.
     *
     * @param token the holder's token, which has entered
     * @param effect what the holder does to the resource
     * @return completes with what the effect returned, or with what {@link #txn} throws
     */
    public CompletionStage<TxnResponse> txnAsync(FencingToken token, TxnRequest effect) {
        StoredMarks known = seen;
        return known == null || !passes(known.marks(), token)
                ? read().thenCompose(now -> attempt(token, effect, now))
                : attempt(token, effect, known);
    }

    /** Whether it is worth trying; what was read before may be old, so it refuses nobody. */
    private boolean passes(FenceMarks marks, FencingToken token) {
        try {
            marks.check(resource, token);
            return true;
        } catch (StaleTokenException | NotEnteredException | IssuerMismatchException e) {
            return false;
        }
    }

    private CompletableFuture<TxnResponse> attempt(FencingToken token, TxnRequest effect, StoredMarks known) {
        known.marks().check(resource, token);
        TxnRequest request = TxnRequest.newBuilder()
                .addCompare(isStill(known))
                .addSuccess(RequestOp.newBuilder().setRequestTxn(effect))
                .addFailure(RequestOp.newBuilder().setRequestRange(get()))
                .build();
        return etcd.call(KVGrpc.getTxnMethod(), request).thenCompose(answer -> {
            if (answer.getSucceeded()) {
                return CompletableFuture.completedFuture(answer.getResponses(0).getResponseTxn());
            }
            StoredMarks now =
                    StoredMarks.of(answer.getResponses(0).getResponseRange().getKvsList());
            seen = now;
            return attempt(token, effect, now);
        });
    }

    /**
     * Moves the resource to an issuer: an administrator's act, after which every holder has to enter anew.
     *
     * @param issuer who counts from now on
     * @param floor the least number to accept, at least 1
     * @throws IllegalArgumentException if issuer or floor are out of range
     * @throws BackendException if etcd refuses or does not answer; to call again does no harm
     */
    public void reset(String issuer, long floor) {
        FenceMarks marks = FenceMarks.set(issuer, floor);
        join(change(before -> marks));
    }

    private CompletableFuture<Void> change(UnaryOperator<FenceMarks> rule) {
        return read().thenCompose(before -> {
            FenceMarks after = rule.apply(before.marks());
            if (after.equals(before.marks())) {
                return CompletableFuture.completedFuture(null);
            }
            TxnRequest request = TxnRequest.newBuilder()
                    .addCompare(isStill(before))
                    .addSuccess(RequestOp.newBuilder()
                            .setRequestPut(PutRequest.newBuilder().setKey(key).setValue(StoredMarks.write(after))))
                    .build();
            return etcd.call(KVGrpc.getTxnMethod(), request).thenCompose(answer -> {
                if (!answer.getSucceeded()) {
                    return change(rule);
                }
                seen = new StoredMarks(after, answer.getHeader().getRevision());
                return CompletableFuture.completedFuture(null);
            });
        });
    }

    private CompletableFuture<StoredMarks> read() {
        return etcd.call(KVGrpc.getRangeMethod(), get()).thenApply(answer -> {
            StoredMarks now = StoredMarks.of(answer.getKvsList());
            seen = now;
            return now;
        });
    }

    private RangeRequest get() {
        return RangeRequest.newBuilder().setKey(key).build();
    }

    private Compare isStill(StoredMarks marks) {
        return Compare.newBuilder()
                .setKey(key)
                .setTarget(Compare.CompareTarget.MOD)
                .setResult(Compare.CompareResult.EQUAL)
                .setModRevision(marks.revision())
                .build();
    }

    @Override
    public FenceGuarantee guarantees() {
        return new FenceGuarantee(
                Level.ATOMIC, "transactions run by txn, by the key " + key.toStringUtf8() + " of the same etcd");
    }

    private static <T> T join(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
