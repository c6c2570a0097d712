package dev.pawl.lock.etcd;

import dev.pawl.etcd.Etcd;
import dev.pawl.etcd.EtcdKeys;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.Grant;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeRequest;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Finds the key of an attempt by its value, where its name is not known. Stateless; changes nothing. */
final class Lookup {

    private final Etcd etcd;
    private final LockPaths paths;
    private final KeyNames names;

    Lookup(Etcd etcd, LockPaths paths, KeyNames names) {
        this.etcd = etcd;
        this.paths = paths;
        this.names = names;
    }

    /** The key of a grant of any session, or of whatever an attempt of this session has. */
    CompletableFuture<Optional<KeyValue>> find(Grant grant) {
        return grant.base() == 0 ? ofSession(grant) : granted(etcd, paths, grant);
    }

    /**
     * The key of a grant, also where it was moved to another lease or refused. It was made by the revision of the grant and written
     * then or later, as few others in the folder: those who wait in front were written before, those behind were made after.
     */
    static CompletableFuture<Optional<KeyValue>> granted(Etcd etcd, LockPaths paths, Grant grant) {
        String folder = paths.folder(grant.resource());
        return first(etcd, range(folder).setMaxCreateRevision(grant.base()).setMinModRevision(grant.base()), grant);
    }

    private CompletableFuture<Optional<KeyValue>> ofSession(Grant grant) {
        String folder = names.start(paths.own(grant.resource(), grant.mode()));
        CompletableFuture<Optional<KeyValue>> own = first(etcd, range(folder), grant);
        return grant.mode() == FencingToken.Kind.READ
                ? own
                : own.thenCompose(found -> found.isPresent()
                        ? CompletableFuture.completedFuture(found)
                        : first(etcd, range(names.start(paths.front(grant.resource()))), grant));
    }

    private static RangeRequest.Builder range(String prefix) {
        return RangeRequest.newBuilder().setKey(EtcdKeys.bytes(prefix)).setRangeEnd(EtcdKeys.end(prefix));
    }

    private static CompletableFuture<Optional<KeyValue>> first(Etcd etcd, RangeRequest.Builder request, Grant grant) {
        return etcd.call(KVGrpc.getRangeMethod(), request.build())
                .thenApply(answer -> answer.getKvsList().stream()
                        .filter(kv -> Entry.of(kv).isOf(grant.attempt()))
                        .findFirst());
    }
}
