package dev.pawl.lock.etcd;

import static dev.pawl.lock.etcd.Requests.created;
import static dev.pawl.lock.etcd.Requests.delete;
import static dev.pawl.lock.etcd.Requests.get;
import static dev.pawl.lock.etcd.Requests.hasValue;
import static dev.pawl.lock.etcd.Requests.isAbsent;
import static dev.pawl.lock.etcd.Requests.isEmpty;
import static dev.pawl.lock.etcd.Requests.isOf;
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
import io.etcd.jetcd.api.KeyValue;
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
 * By then another attempt may have the same key. So whatever changes or deletes a key compares the attempt that has it, or one
 * of its revisions, which no two writes share; and what is read there counts only if it is of the attempt that asks.
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
        ByteString waiting = Entry.waits(place.attempt);
        List<RequestOp> waits = queued ? List.of(put(key, waiting, lease), inFront(place, 0, 2)) : List.of();
        TxnRequest otherwise = txn(List.of(isAbsent(ended), isAbsent(key)), waits, List.of(get(ended), get(key)));
        return send(txn(free, List.of(put(key, Entry.holds(place.attempt), lease)), List.of(nested(otherwise))))
                .thenApply(answer -> {
                    long revision = answer.getHeader().getRevision();
                    if (answer.getSucceeded()) {
                        return new Step.Holds(granted(place, revision, revision, lease));
                    }
                    TxnResponse second = answer.getResponses(0).getResponseTxn();
                    if (!second.getSucceeded()) {
                        return found(place, second, Optional.empty(), revision);
                    }
                    return queued
                            ? new Step.Waits(
                                    new Entry(place.attempt, 'W', 0, revision, revision, lease),
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
        List<Compare> mine = List.of(isAbsent(ended), created(key, made), hasValue(key, Entry.waits(place.attempt)));
        List<RequestOp> grant = List.of(rewrite(key, Entry.holds(place.attempt)));
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
                return new Step.Holds(granted(place, made, revision, 0));
            }
            Optional<String> front = other(last.getResponses(2), key).or(() -> other(last.getResponses(3), key));
            Step step = found(place, last, front, revision);
            return step instanceof Step.Waits waits && waits.entry().created() != made ? new Step.Gone() : step;
        });
    }

    private static Entry granted(Place place, long created, long revision, long lease) {
        return new Entry(place.attempt, 'G', revision, created, revision, lease);
    }

    /** Puts an attempt in a holder's place: in front of the queue. */
    CompletableFuture<Step> takeOver(Place place, Grant from, long lease) {
        return Lookup.granted(etcd, paths, from)
                .thenApply(found -> found.filter(kv -> Entry.of(kv).holds(from.base())))
                .thenCompose(holder -> takeOver(place, holder, lease));
    }

    /** If there is no holder it only looks what became of an earlier request. */
    private CompletableFuture<Step> takeOver(Place place, Optional<KeyValue> holder, long lease) {
        String ended = paths.ended(place.attempt);
        List<Compare> holds = new ArrayList<>(List.of(isAbsent(ended), isAbsent(place.key)));
        List<RequestOp> takes = new ArrayList<>(List.of(put(place.key, Entry.holds(place.attempt), lease)));
        holder.ifPresent(seen -> {
            String key = seen.getKey().toStringUtf8();
            holds.add(modified(key, seen.getModRevision()));
            takes.add(0, delete(key));
        });
        List<RequestOp> otherwise = List.of(get(ended), get(place.key));
        TxnRequest request = holder.isPresent() ? txn(holds, takes, otherwise) : txn(List.of(), otherwise, List.of());
        return send(request).thenApply(answer -> {
            long revision = answer.getHeader().getRevision();
            return answer.getSucceeded() && holder.isPresent()
                    ? new Step.Holds(granted(place, revision, revision, lease))
                    : found(place, answer, Optional.empty(), revision);
        });
    }

    /** Hangs a key on another lease; false if it is not as it was. */
    CompletableFuture<Boolean> move(String key, long modified, ByteString value, long lease) {
        return send(txn(List.of(modified(key, modified)), List.of(put(key, value, lease)), List.of()))
                .thenApply(TxnResponse::getSucceeded);
    }

    /** What the attempt has at its key. */
    CompletableFuture<Optional<Entry>> look(Place place) {
        return send(txn(List.of(), List.of(get(place.key)), List.of()))
                .thenApply(answer -> entry(answer.getResponses(0)).filter(entry -> entry.isOf(place.attempt)));
    }

    /** Writes the tombstone of an attempt, if there is one, and nothing else. */
    CompletableFuture<Boolean> forbid(Grant grant, Optional<Lease> tombstone) {
        return tombstone.isEmpty()
                ? CompletableFuture.completedFuture(true)
                : send(txn(List.of(), mark(grant, tombstone), List.of())).thenApply(TxnResponse::getSucceeded);
    }

    private List<RequestOp> mark(Grant grant, Optional<Lease> tombstone) {
        return tombstone.stream()
                .map(lease -> put(paths.ended(grant.attempt()), ByteString.EMPTY, lease.id()))
                .toList();
    }

    /** Deletes an attempt's key if it is as described; true if it held. With a tombstone, if there is one. */
    CompletableFuture<Boolean> remove(String key, Grant grant, Optional<Lease> tombstone) {
        return send(removal(key, grant, mark(grant, tombstone)))
                .thenApply(answer -> answer.getResponsesList().stream()
                        .map(response -> response.hasResponseTxn()
                                        && response.getResponseTxn().getSucceeded()
                                ? response.getResponseTxn().getResponses(0)
                                : response)
                        .filter(ResponseOp::hasResponseDeleteRange)
                        .flatMap(response -> response.getResponseDeleteRange().getPrevKvsList().stream())
                        .anyMatch(kv -> Entry.of(kv).holds()));
    }

    private static TxnRequest removal(String key, Grant grant, List<RequestOp> mark) {
        List<RequestOp> deletes = joined(List.of(delete(key)), mark);
        if (grant.base() == 0) {
            return txn(isOf(key, grant.attempt()), deletes, mark);
        }
        // As a rule it is as it was granted. What an administrator has refused is no grant any more, but its key keeps
        // others out.
        ByteString moved = Entry.holdsStill(grant.attempt(), grant.base());
        ByteString refused = Entry.refused(grant.attempt(), grant.base());
        List<RequestOp> otherwise = List.of(
                nested(txn(List.of(hasValue(key, moved)), List.of(delete(key)), List.of())),
                nested(txn(List.of(hasValue(key, refused)), List.of(delete(key)), List.of())));
        return txn(List.of(modified(key, grant.base())), deletes, joined(otherwise, mark));
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        List<T> joined = new ArrayList<>(first);
        joined.addAll(second);
        return joined;
    }

    /** Deletes the key that an attempt got at this revision; 0 for whatever it has. */
    CompletableFuture<Boolean> drop(Place place, long made) {
        List<Compare> mine = made == 0 ? isOf(place.key, place.attempt) : List.of(created(place.key, made));
        return send(txn(mine, List.of(delete(place.key)), List.of())).thenApply(TxnResponse::getSucceeded);
    }

    /** Whom it waits for: a reader for writers, everybody else for all. */
    private RequestOp inFront(Place place, long atMost, int limit) {
        String prefix =
                place.mode == FencingToken.Kind.READ ? paths.writers(place.resource) : paths.folder(place.resource);
        return newest(prefix, atMost, limit);
    }

    private static Step found(Place place, TxnResponse answer, Optional<String> predecessor, long revision) {
        if (answer.getResponses(0).getResponseRange().getKvsCount() > 0) {
            return new Step.Over();
        }
        Optional<Entry> found = entry(answer.getResponses(1));
        if (found.isEmpty()) {
            return new Step.Gone();
        }
        Entry entry = found.get();
        if (!entry.isOf(place.attempt)) {
            return new Step.Leftover(entry);
        }
        if (entry.holds()) {
            return new Step.Holds(entry);
        }
        return entry.waits() ? new Step.Waits(entry, predecessor, revision) : new Step.Refused(entry);
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
