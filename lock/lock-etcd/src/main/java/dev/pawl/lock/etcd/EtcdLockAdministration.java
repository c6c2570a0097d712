package dev.pawl.lock.etcd;

import com.google.protobuf.ByteString;
import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.etcd.Etcd;
import dev.pawl.etcd.EtcdKeys;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.LockAdministration;
import dev.pawl.lock.spi.LockDescription;
import dev.pawl.lock.spi.LockResource;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseTimeToLiveRequest;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.TxnResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What an administrator may do, by reads of whole folders and by transactions. A list is read a bounded number of keys at a time. */
final class EtcdLockAdministration implements LockAdministration {

    private static final int AT_A_TIME = 1_000;

    private final Etcd etcd;
    private final EtcdKeys keys;
    private final LockPaths paths;
    private final Map<String, EtcdLockSession> sessions;

    EtcdLockAdministration(Etcd etcd, EtcdKeys keys, LockPaths paths, Map<String, EtcdLockSession> sessions) {
        this.etcd = etcd;
        this.keys = keys;
        this.paths = paths;
        this.sessions = sessions;
    }

    @Override
    public CompletionStage<List<LockDescription>> list(LockResource.Kind kind) {
        String prefix = paths.kind(kind);
        return read(prefix, EtcdKeys.bytes(prefix), new ArrayList<>()).thenCompose(found -> {
            Map<String, List<KeyValue>> byName = new LinkedHashMap<>();
            for (KeyValue kv : found) {
                keys.name(kind.text(), kv.getKey().toStringUtf8())
                        .ifPresent(name -> byName.computeIfAbsent(name, same -> new ArrayList<>())
                                .add(kv));
            }
            List<CompletableFuture<LockDescription>> all = byName.entrySet().stream()
                    .map(one -> described(new LockResource(kind, one.getKey()), one.getValue()))
                    .toList();
            return allOf(all)
                    .thenApply(described -> described.stream()
                            .filter(one -> !one.holders().isEmpty() || one.waiting() > 0)
                            .toList());
        });
    }

    @Override
    public CompletionStage<LockDescription> describe(LockResource resource) {
        String prefix = paths.folder(resource);
        return read(prefix, EtcdKeys.bytes(prefix), new ArrayList<>()).thenCompose(found -> described(resource, found));
    }

    private CompletableFuture<List<KeyValue>> read(String prefix, ByteString from, List<KeyValue> found) {
        RangeRequest request = RangeRequest.newBuilder()
                .setKey(from)
                .setRangeEnd(EtcdKeys.end(prefix))
                .setLimit(AT_A_TIME)
                .build();
        return etcd.call(KVGrpc.getRangeMethod(), request).thenCompose(answer -> {
            found.addAll(answer.getKvsList());
            if (!answer.getMore()) {
                return CompletableFuture.completedFuture(found);
            }
            ByteString last = answer.getKvs(answer.getKvsCount() - 1).getKey();
            return read(prefix, last.concat(ByteString.copyFrom(new byte[1])), found);
        });
    }

    private CompletableFuture<LockDescription> described(LockResource resource, List<KeyValue> found) {
        List<KeyValue> ours = found.stream()
                .filter(kv -> paths.isAttempt(resource, kv.getKey().toStringUtf8())
                        && !Entry.of(kv).isStrange())
                .toList();
        int waiting = (int) ours.stream().filter(kv -> Entry.of(kv).waits()).count();
        List<CompletableFuture<LockDescription.Holder>> holders = ours.stream()
                .filter(kv -> !Entry.of(kv).waits())
                .sorted(Comparator.comparingLong(kv -> Entry.of(kv).base()))
                .map(kv -> holder(resource, kv))
                .toList();
        return allOf(holders).thenApply(all -> new LockDescription(resource, all, waiting));
    }

    private CompletableFuture<LockDescription.Holder> holder(LockResource resource, KeyValue kv) {
        String key = kv.getKey().toStringUtf8();
        FencingToken.Kind mode =
                key.startsWith(paths.readers(resource)) ? FencingToken.Kind.READ : FencingToken.Kind.EXCLUSIVE;
        Entry entry = Entry.of(kv);
        Grant grant = new Grant(resource, mode, entry.attempt(), entry.base());
        LeaseTimeToLiveRequest request =
                LeaseTimeToLiveRequest.newBuilder().setID(kv.getLease()).build();
        return etcd.call(LeaseGrpc.getLeaseTimeToLiveMethod(), request)
                .thenApply(
                        answer -> new LockDescription.Holder(grant, Duration.ofSeconds(Math.max(0, answer.getTTL()))));
    }

    private static <T> CompletableFuture<List<T>> allOf(List<CompletableFuture<T>> all) {
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .thenApply(done -> all.stream().map(CompletableFuture::join).toList());
    }

    @Override
    public CompletionStage<Boolean> refuse(Grant grant) {
        return Lookup.granted(etcd, paths, grant)
                .thenCompose(found -> found.filter(kv -> Entry.of(kv).holds(grant.base()))
                        .map(kv -> refuse(grant, kv))
                        .orElseGet(() -> CompletableFuture.completedFuture(false)));
    }

    private CompletableFuture<Boolean> refuse(Grant grant, KeyValue seen) {
        String key = seen.getKey().toStringUtf8();
        return etcd.call(
                        KVGrpc.getTxnMethod(),
                        Requests.txn(
                                List.of(Requests.modified(key, seen.getModRevision())),
                                List.of(Requests.rewrite(key, Entry.refused(grant.attempt(), grant.base()))),
                                List.of()))
                .thenApply(TxnResponse::getSucceeded);
    }

    @Override
    public CompletionStage<AcquireAnswer> takeOver(AcquireRequest request, Grant from) {
        if (request.resource().kind() == LockResource.Kind.READ_WRITE) {
            throw new UnsupportedOperationException(
                    "only a lock with one holder is taken over: resource=" + request.resource());
        }
        String attempt = request.attempt();
        EtcdLockSession session = sessions.get(attempt.substring(0, Math.max(0, attempt.lastIndexOf('-'))));
        if (session == null) {
            return CompletableFuture.failedFuture(new BackendException(
                    "attempt must be one of a session that this backend has opened: attempt=" + attempt,
                    Outcome.NOT_APPLIED,
                    null));
        }
        return session.takeOver(request, from);
    }

    /** The revision of a write is larger than each before, so nothing needs to be counted. */
    @Override
    public CompletionStage<Long> nextBoot(String instance) {
        PutRequest request = PutRequest.newBuilder()
                .setKey(EtcdKeys.bytes(paths.boot(instance)))
                .build();
        return etcd.call(KVGrpc.getPutMethod(), request)
                .thenApply(answer -> answer.getHeader().getRevision());
    }
}
