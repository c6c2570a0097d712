package dev.pawl.lock.zookeeper;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/**
 * The node of one attempt, and its way to the front. Its number is the id of the transaction that made it: it is in the answer, grows
 * in the order of the queue, and never comes again. Where somebody has taken the lock over meanwhile, whose number is larger,
 * the node is made anew when it is in front.
 *
 * <p>That the own node was seen in front is true for good, however old the answer is: those before it never come back. So a grant
 * needs such an answer, and {@link Proof} that the session lives.
 *
 * <p>Used by one step at a time, but for {@link #base} and {@link #path}.
 */
final class Entry {

    private final StoreSession session;
    private final Wire wire;
    private final Place place;
    private final AcquireRequest request;
    private final String parent;
    private final String prefix;

    private volatile @Nullable String name;
    private volatile long czxid;
    /** Whether a node may be there that no answer has told of. */
    private boolean uncertain;
    /** Whether the one in front is watched and was there. */
    private volatile boolean blocked;

    private @Nullable String watchedPath;
    private final Watcher watcher = this::changed;

    Entry(StoreSession session, Place place, AcquireRequest request) {
        this.session = session;
        this.wire = session.wire();
        this.place = place;
        this.request = request;
        this.parent = session.surroundings().paths().lock(request.resource());
        this.prefix = Child.prefix(request.terms().mode(), request.attempt());
    }

    long base() {
        return czxid;
    }

    String path() {
        return parent + '/' + name;
    }

    CompletableFuture<AcquireAnswer> step(AcquireRequest again, long calledAt) {
        if (uncertain) {
            return find().thenCompose(found -> step(again, calledAt));
        }
        if (name == null) {
            return enter(again, calledAt);
        }
        if (blocked && again.queued()) {
            return CompletableFuture.completedFuture(place.taken());
        }
        return look(again, calledAt);
    }

    /** Takes a place, and looks at the queue, in one round trip. */
    private CompletableFuture<AcquireAnswer> enter(AcquireRequest again, long calledAt) {
        if (session.full().contains(parent)) {
            return renewParent(again, calledAt);
        }
        long sentAt = session.surroundings().now();
        uncertain = true;
        Note note = Note.of(again.terms(), session.surroundings().options().lockDelay());
        CompletableFuture<Wire.Created> created =
                wire.create(parent + '/' + prefix, note.bytes(), CreateMode.EPHEMERAL_SEQUENTIAL);
        CompletableFuture<Wire.Children> children = wire.children(parent);
        return Wire.then(created, (made, failure) -> {
            if (failure == null) {
                session.written(sentAt);
                return entered(made, children, again, calledAt);
            }
            uncertain = Wire.failed("create", failure).outcome() == Outcome.UNKNOWN;
            if (Wire.is(failure, Code.NONODE)) {
                return wire.make(parent, CreateMode.CONTAINER).thenCompose(there -> enter(again, calledAt));
            }
            return CompletableFuture.<AcquireAnswer>failedFuture(Wire.unwrapped(failure));
        });
    }

    private CompletableFuture<AcquireAnswer> entered(
            Wire.Created made, CompletableFuture<Wire.Children> children, AcquireRequest again, long calledAt) {
        has(made.path().substring(parent.length() + 1), made.stat().getCzxid());
        long sequence = Child.parse(String.valueOf(name)).map(Child::sequence).orElse(Long.MAX_VALUE);
        if (sequence >= session.surroundings().sequenceLimit()) {
            session.full().add(parent);
            return remove().thenCompose(removed -> {
                hasNone();
                return renewParent(again, calledAt);
            });
        }
        return children.thenCompose(listed -> decide(listed, again, calledAt));
    }

    /**
     * Sequences end: behind the last one the server gives the same number again and again, and the order is lost. Long before that the
     * parent is deleted when it is empty, and the next one begins at zero.
     */
    private CompletableFuture<AcquireAnswer> renewParent(AcquireRequest again, long calledAt) {
        return Wire.then(wire.delete(parent), (deleted, failure) -> {
            if (failure == null || Wire.is(failure, Code.NONODE)) {
                session.full().remove(parent);
                return enter(again, calledAt);
            }
            if (Wire.is(failure, Code.NOTEMPTY)) {
                return CompletableFuture.<AcquireAnswer>completedFuture(new AcquireAnswer.Taken(Duration.ofMillis(50)));
            }
            return CompletableFuture.<AcquireAnswer>failedFuture(Wire.unwrapped(failure));
        });
    }

    private void has(String node, long transaction) {
        name = node;
        czxid = transaction;
        uncertain = false;
        blocked = false;
        place.queued(true);
    }

    private void hasNone() {
        name = null;
        uncertain = false;
        blocked = false;
        place.queued(false);
    }

    /**
     * Finds out what became of a request whose answer was lost. It may be applied still, until the servers have committed
     * something that this session has sent later.
     */
    private CompletableFuture<Boolean> find() {
        return Wire.then(session.fresh(() -> wire.children(parent)), (listed, failure) -> {
            if (failure != null && !Wire.is(failure, Code.NONODE)) {
                return CompletableFuture.<Boolean>failedFuture(Wire.unwrapped(failure));
            }
            List<Child> mine = failure != null
                    ? List.of()
                    : Queue.of(listed.names())
                            .of(request.attempt(), request.terms().mode());
            return adopt(mine);
        });
    }

    /** Keeps the first of the nodes that belong to this session, and deletes the others. */
    private CompletableFuture<Boolean> adopt(List<Child> mine) {
        if (mine.isEmpty()) {
            hasNone();
            return CompletableFuture.completedFuture(false);
        }
        String first = mine.get(0).name();
        return wire.exists(parent + '/' + first, null).thenCompose(stat -> {
            if (stat.getEphemeralOwner() != session.id()) {
                return adopt(mine.subList(1, mine.size()));
            }
            has(first, stat.getCzxid());
            CompletableFuture<Boolean> rest = CompletableFuture.completedFuture(true);
            for (Child other : mine.subList(1, mine.size())) {
                rest = rest.thenCompose(done -> delete(parent + '/' + other.name()));
            }
            return rest;
        });
    }

    private CompletableFuture<AcquireAnswer> look(AcquireRequest again, long calledAt) {
        return Wire.then(wire.children(parent), (listed, failure) -> {
            if (failure == null) {
                return decide(listed, again, calledAt);
            }
            return Wire.is(failure, Code.NONODE)
                    ? missing(again, calledAt)
                    : CompletableFuture.<AcquireAnswer>failedFuture(Wire.unwrapped(failure));
        });
    }

    private CompletableFuture<AcquireAnswer> decide(Wire.Children listed, AcquireRequest again, long calledAt) {
        if (place.isOver()) {
            return CompletableFuture.completedFuture(place.taken());
        }
        Queue queue = Queue.of(listed.names());
        int index = queue.indexOf(String.valueOf(name));
        if (index < 0) {
            return missing(again, calledAt);
        }
        Optional<Child> blocker = queue.blocker(index, again.terms().permits());
        if (blocker.isEmpty()) {
            return czxid < listed.parent().getMzxid()
                    ? enterAnew(again, calledAt)
                    : grant(queue, index, again, calledAt);
        }
        return again.queued() ? await(blocker.get(), again, calledAt) : place.leaveTaken();
    }

    /** A list that does not have the own node may be older than it; only one that is not shows that it is gone. */
    private CompletableFuture<AcquireAnswer> missing(AcquireRequest again, long calledAt) {
        return find().thenCompose(found -> found ? look(again, calledAt) : enter(again, calledAt));
    }

    private CompletableFuture<AcquireAnswer> grant(Queue queue, int index, AcquireRequest again, long calledAt) {
        if (czxid > AcquireAnswer.GREATEST_BASE) {
            return place.leaveTaken().thenCompose(left -> CompletableFuture.failedFuture(Place.unfit(czxid)));
        }
        CompletableFuture<Boolean> proven = session.proven(calledAt + place.provenNanos(again.terms()));
        if (index == 0 || again.terms().mode() != FencingToken.Kind.PERMIT) {
            return proven.thenApply(lives -> place.granted(czxid, czxid, again.terms()));
        }
        return Wire.then(wire.exists(parent + '/' + queue.get(0).name(), null), (stat, failure) -> {
            if (failure == null) {
                long floor = Math.min(stat.getCzxid(), czxid);
                return proven.thenApply(lives -> place.granted(czxid, floor, again.terms()));
            }
            return Wire.is(failure, Code.NONODE)
                    ? look(again, calledAt)
                    : CompletableFuture.<AcquireAnswer>failedFuture(Wire.unwrapped(failure));
        });
    }

    /** Watches the one in front, or for a permit the queue. */
    private CompletableFuture<AcquireAnswer> await(Child blocker, AcquireRequest again, long calledAt) {
        blocked = true;
        if (again.terms().mode() == FencingToken.Kind.PERMIT) {
            watchedPath = parent;
            return wire.children(parent, watcher).thenCompose(listed -> {
                Queue queue = Queue.of(listed.names());
                int index = queue.indexOf(String.valueOf(name));
                if (index >= 0 && queue.blocker(index, again.terms().permits()).isPresent()) {
                    return CompletableFuture.completedFuture(place.taken());
                }
                blocked = false;
                return decide(listed, again, calledAt);
            });
        }
        watchedPath = parent + '/' + blocker.name();
        return Wire.then(wire.data(watchedPath, watcher), (there, failure) -> {
            if (failure == null) {
                return CompletableFuture.completedFuture(place.taken());
            }
            blocked = false;
            return Wire.is(failure, Code.NONODE)
                    ? look(again, calledAt)
                    : CompletableFuture.<AcquireAnswer>failedFuture(Wire.unwrapped(failure));
        });
    }

    private void changed(WatchedEvent event) {
        if (event.getType() != Watcher.Event.EventType.None) {
            watchedPath = null;
            blocked = false;
            place.wake();
        }
    }

    /** In front, but with a smaller number than somebody has had who took the lock over: a node with a larger one takes its place. */
    private CompletableFuture<AcquireAnswer> enterAnew(AcquireRequest again, long calledAt) {
        // The parent remembers this one too: who came between the take-over and now has a smaller number.
        return replace(path(), List.of(remember()), again).thenCompose(done -> look(again, calledAt));
    }

    CompletableFuture<AcquireAnswer> takeOver(AcquireRequest again, Grant from, long calledAt) {
        if (uncertain) {
            return find().thenCompose(found -> takeOver(again, from, calledAt));
        }
        if (name != null) {
            return look(again, calledAt);
        }
        wire.sync(parent);
        return Wire.then(
                wire.children(parent).thenCompose(listed -> {
                    Queue queue = Queue.of(listed.names());
                    boolean holds = !queue.children().isEmpty()
                            && queue.get(0).attempt().equals(from.attempt());
                    return holds ? takeFrom(parent + '/' + queue.get(0).name(), from, again, calledAt) : notHeld();
                }),
                (answer, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedFuture(answer);
                    }
                    return Wire.is(failure, Code.NONODE) && !uncertain
                            ? notHeld()
                            : CompletableFuture.<AcquireAnswer>failedFuture(Wire.unwrapped(failure));
                });
    }

    private CompletableFuture<AcquireAnswer> notHeld() {
        return place.leaveTaken();
    }

    private CompletableFuture<AcquireAnswer> takeFrom(String holder, Grant from, AcquireRequest again, long calledAt) {
        return wire.exists(holder, null).thenCompose(stat -> {
            if (stat.getCzxid() != from.base()) {
                return notHeld();
            }
            // The parent remembers the transaction: those who wait have smaller numbers than it.
            return replace(holder, List.of(remember()), again).thenCompose(done -> look(again, calledAt));
        });
    }

    private Op remember() {
        return Op.setData(parent, new byte[0], -1);
    }

    /** Deletes a node that is in front, and puts one of this attempt there, in one transaction. */
    private CompletableFuture<Boolean> replace(String inFront, List<Op> also, AcquireRequest again) {
        String first = Child.first(request.terms().mode(), request.attempt());
        Note note = Note.of(again.terms(), session.surroundings().options().lockDelay());
        List<Op> operations = new java.util.ArrayList<>(List.of(Op.delete(inFront, -1)));
        operations.addAll(also);
        operations.add(wire.creation(parent + '/' + first, note.bytes()));
        long sentAt = session.surroundings().now();
        uncertain = true;
        return Wire.then(wire.multi(operations), (results, failure) -> {
            if (failure == null) {
                session.written(sentAt);
                return wire.exists(parent + '/' + first, null).thenApply(stat -> {
                    has(first, stat.getCzxid());
                    return true;
                });
            }
            uncertain = Wire.failed("replace", failure).outcome() == Outcome.UNKNOWN;
            return CompletableFuture.<Boolean>failedFuture(Wire.unwrapped(failure));
        });
    }

    /** Deletes what is there; true if there was something. */
    CompletableFuture<Boolean> remove() {
        stopWatching();
        if (uncertain) {
            return find().thenCompose(found -> found ? remove() : CompletableFuture.completedFuture(false));
        }
        return name == null ? CompletableFuture.completedFuture(false) : delete(path());
    }

    private void stopWatching() {
        String path = watchedPath;
        if (path != null) {
            watchedPath = null;
            ZooKeeper zooKeeper = wire.zooKeeper();
            Watcher.WatcherType type = path.equals(parent) ? Watcher.WatcherType.Children : Watcher.WatcherType.Data;
            zooKeeper.removeWatches(path, watcher, type, true, (rc, asked, context) -> {}, null);
        }
    }

    private CompletableFuture<Boolean> delete(String path) {
        long sentAt = session.surroundings().now();
        return wire.delete(path).handle((deleted, failure) -> {
            if (failure == null) {
                session.written(sentAt);
                return true;
            }
            if (Wire.is(failure, Code.NONODE)) {
                return false;
            }
            throw Wire.failed("delete", failure);
        });
    }

    static BackendException closed() {
        return new BackendException("lock session is closed", Outcome.NOT_APPLIED, null);
    }
}
