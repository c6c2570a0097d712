package dev.pawl.lock.etcd;

import static dev.pawl.lock.etcd.Requests.created;
import static dev.pawl.lock.etcd.Requests.delete;
import static dev.pawl.lock.etcd.Requests.get;
import static dev.pawl.lock.etcd.Requests.hasValue;
import static dev.pawl.lock.etcd.Requests.isAbsent;
import static dev.pawl.lock.etcd.Requests.isEmpty;
import static dev.pawl.lock.etcd.Requests.modified;
import static dev.pawl.lock.etcd.Requests.nested;
import static dev.pawl.lock.etcd.Requests.newest;
import static dev.pawl.lock.etcd.Requests.noneBefore;
import static dev.pawl.lock.etcd.Requests.put;
import static dev.pawl.lock.etcd.Requests.rewrite;
import static dev.pawl.lock.etcd.Requests.txn;

import com.google.protobuf.ByteString;
import dev.pawl.etcd.Etcd;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.LockResource;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The transactions of an attempt.
 *
 * <p>The order of creation is the order of the queue. Whoever finds nobody in front writes {@code G} at once; everybody else writes
 * {@code W}, and later, when no older key is left, {@code G} over it. The base is the revision of the write of {@code G}, not of the creation: after a take-over a
 * key in the queue is older than the grant that was made meanwhile. For example a holds (created 5, base 5), b waits (6), c takes
 * over from a (base 7), b is granted when c has gone, by a write at revision 8; its creation at 6 would have gone back.
 *
 * <p>Stateless. Each transaction may be applied late or twice: a second one finds what the first has written and changes nothing.
 */
final class Queue {

    private final Etcd etcd;
    private final LockPaths paths;

    Queue(Etcd etcd, LockPaths paths) {
        this.etcd = etcd;
        this.paths = paths;
    }

    private CompletableFuture<TxnResponse> send(TxnRequest request) {
        return etcd.call(KVGrpc.getTxnMethod(), request);
    }

    /** Takes what is free, or a place in the queue. */
    CompletableFuture<Step> enqueue(Place place, long lease, boolean queued) {
        LockResource resource = place.resource;
        String key = place.key;
        String ended = paths.ended(place.attempt);
        List<Compare> free = new ArrayList<>(List.of(isAbsent(ended), isAbsent(key)));
        free.add(isEmpty(place.isReader() ? paths.writers(resource) : paths.folder(resource)));
        List<RequestOp> waits = queued ? List.of(put(key, Entry.WAITS, lease), inFront(place, 0, 2)) : List.of();
        TxnRequest otherwise = txn(List.of(isAbsent(ended), isAbsent(key)), waits, List.of(get(ended), get(key)));
        return send(txn(free, List.of(put(key, Entry.HOLDS, lease)), List.of(nested(otherwise))))
                .thenApply(answer -> {
                    long revision = answer.getHeader().getRevision();
                    if (answer.getSucceeded()) {
                        return new Step.Holds(new Entry('G', revision, revision, revision, lease));
                    }
                    TxnResponse second = answer.getResponses(0).getResponseTxn();
                    if (!second.getSucceeded()) {
                        return found(second, Optional.empty(), revision);
                    }
                    return queued
                            ? new Step.Waits(
                                    new Entry('W', 0, revision, revision, lease),
                                    other(second.getResponses(1), key),
                                    revision)
                            : new Step.Busy();
                });
    }

    /** Takes what has become free, by the place that was made at this revision. */
    CompletableFuture<Step> advance(Place place, long made) {
        LockResource resource = place.resource;
        String key = place.key;
        String ended = paths.ended(place.attempt);
        List<Compare> mine = List.of(isAbsent(ended), created(key, made), hasValue(key, Entry.WAITS));
        List<RequestOp> grant = List.of(rewrite(key, Entry.HOLDS));
        List<RequestOp> look =
                List.of(get(ended), get(key), inFront(place, made - 1, 1), newest(paths.front(resource), 0, 1));
        List<Compare> first = new ArrayList<>(mine);
        TxnRequest request;
        if (place.isReader()) {
            // A range without keys never is newer than anything: that no writer is left is another question.
            List<Compare> alone = new ArrayList<>(mine);
            alone.add(isEmpty(paths.writers(resource)));
            first.add(noneBefore(paths.writers(resource), made));
            request = txn(first, grant, List.of(nested(txn(alone, grant, look))));
        } else {
            first.add(noneBefore(paths.folder(resource), made));
            first.add(isEmpty(paths.front(resource)));
            request = txn(first, grant, look);
        }
        return send(request).thenApply(answer -> {
            TxnResponse last = !answer.getSucceeded() && place.isReader()
                    ? answer.getResponses(0).getResponseTxn()
                    : answer;
            long revision = answer.getHeader().getRevision();
            if (last.getSucceeded()) {
                return new Step.Holds(new Entry('G', revision, made, revision, 0));
            }
            Optional<String> front = other(last.getResponses(2), key).or(() -> other(last.getResponses(3), key));
            Step step = found(last, front, revision);
            return step instanceof Step.Waits waits && waits.entry().created() != made ? new Step.Gone() : step;
        });
    }

    /** Puts an attempt in a holder's place: in front of the queue. */
    CompletableFuture<Step> takeOver(Place place, Grant from, long lease) {
        LockResource resource = place.resource;
        String ended = paths.ended(place.attempt);
        List<Compare> mine = List.of(isAbsent(ended), isAbsent(place.key));
        TxnRequest request = txn(List.of(), List.of(), List.of());
        List<RequestOp> otherwise = List.of(get(ended), get(place.key));
        for (String key :
                List.of(paths.ownFront(resource, from.attempt()), paths.own(resource, from.mode(), from.attempt()))) {
            List<Compare> holds = new ArrayList<>(mine);
            holds.add(modified(key, from.base()));
            request = txn(holds, List.of(delete(key), put(place.key, Entry.HOLDS, lease)), otherwise);
            otherwise = List.of(nested(request));
        }
        return send(request).thenApply(answer -> {
            long revision = answer.getHeader().getRevision();
            TxnResponse last =
                    answer.getSucceeded() ? answer : answer.getResponses(0).getResponseTxn();
            return last.getSucceeded()
                    ? new Step.Holds(new Entry('G', revision, revision, revision, lease))
                    : found(last, Optional.empty(), revision);
        });
    }

    /** Hangs a key on another lease; false if it is not as it was. */
    CompletableFuture<Boolean> move(String key, long modified, ByteString value, long lease) {
        return send(txn(List.of(modified(key, modified)), List.of(put(key, value, lease)), List.of()))
                .thenApply(TxnResponse::getSucceeded);
    }

    /** What stands in the keys that an attempt may have. */
    CompletableFuture<Optional<Entry>> look(Grant grant) {
        return send(txn(List.of(), keys(grant).stream().map(Requests::get).toList(), List.of()))
                .thenApply(answer -> answer.getResponsesList().stream()
                        .flatMap(response -> entry(response).stream())
                        .findFirst());
    }

    /** Deletes the keys of an attempt that are as described; true if it held. With a tombstone, if there is one. */
    CompletableFuture<Boolean> remove(Grant grant, Optional<Lease> tombstone) {
        List<RequestOp> more = tombstone.stream()
                .map(lease -> put(paths.ended(grant.attempt()), Entry.WAITS, lease.id()))
                .toList();
        List<String> keys = keys(grant);
        TxnRequest request;
        if (grant.base() == 0) {
            request = txn(List.of(), joined(keys.stream().map(Requests::delete).toList(), more), List.of());
        } else {
            List<RequestOp> others = new ArrayList<>();
            for (String key : keys) {
                ByteString moved = Entry.holdsStill(grant.base());
                others.add(nested(txn(List.of(modified(key, grant.base())), List.of(delete(key)), List.of())));
                others.add(nested(txn(List.of(hasValue(key, moved)), List.of(delete(key)), List.of())));
                // What an administrator has refused is no grant any more, but its key keeps others out.
                ByteString refused = Entry.refused(grant.base());
                others.add(nested(txn(List.of(hasValue(key, refused)), List.of(delete(key)), List.of())));
            }
            // As a rule it is the first key, as it was granted: one comparison.
            request = txn(
                    List.of(modified(keys.get(0), grant.base())),
                    joined(List.of(delete(keys.get(0))), more),
                    joined(others.subList(1, others.size()), more));
        }
        return send(request)
                .thenApply(answer -> answer.getResponsesList().stream()
                        .map(response -> response.hasResponseTxn()
                                        && response.getResponseTxn().getSucceeded()
                                ? response.getResponseTxn().getResponses(0)
                                : response)
                        .filter(ResponseOp::hasResponseDeleteRange)
                        .flatMap(response -> response.getResponseDeleteRange().getPrevKvsList().stream())
                        .anyMatch(kv -> Entry.of(kv).holds()));
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        List<T> joined = new ArrayList<>(first);
        joined.addAll(second);
        return joined;
    }

    /** Deletes the key that an attempt got at this revision; 0 for whatever it has. */
    CompletableFuture<Boolean> drop(String key, long made) {
        List<Compare> mine = made == 0 ? List.of() : List.of(created(key, made));
        return send(txn(mine, List.of(delete(key)), List.of())).thenApply(TxnResponse::getSucceeded);
    }

    private List<String> keys(Grant grant) {
        String own = paths.own(grant.resource(), grant.mode(), grant.attempt());
        return grant.resource().kind() == LockResource.Kind.READ_WRITE
                ? List.of(own)
                : List.of(own, paths.ownFront(grant.resource(), grant.attempt()));
    }

    /** Whom it waits for: a reader for writers, everybody else for all. */
    private RequestOp inFront(Place place, long atMost, int limit) {
        String prefix =
                place.mode == FencingToken.Kind.READ ? paths.writers(place.resource) : paths.folder(place.resource);
        return newest(prefix, atMost, limit);
    }

    private static Step found(TxnResponse answer, Optional<String> predecessor, long revision) {
        Optional<Entry> entry = entry(answer.getResponses(1));
        if (answer.getResponses(0).getResponseRange().getKvsCount() > 0) {
            return new Step.Over();
        }
        if (entry.isEmpty()) {
            return new Step.Gone();
        }
        if (entry.get().holds()) {
            return new Step.Holds(entry.get());
        }
        return entry.get().waits() ? new Step.Waits(entry.get(), predecessor, revision) : new Step.Over();
    }

    private static Optional<Entry> entry(ResponseOp response) {
        return response.getResponseRange().getKvsList().stream().map(Entry::of).findFirst();
    }

    private static Optional<String> other(ResponseOp response, String key) {
        return response.getResponseRange().getKvsList().stream()
                .map(kv -> kv.getKey().toStringUtf8())
                .filter(other -> !other.equals(key))
                .findFirst();
    }
}
