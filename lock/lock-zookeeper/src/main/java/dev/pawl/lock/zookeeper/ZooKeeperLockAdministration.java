package dev.pawl.lock.zookeeper;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.LockAdministration;
import dev.pawl.lock.spi.LockDescription;
import dev.pawl.lock.spi.LockResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;

/** Looks at nodes, and changes those of other sessions. */
final class ZooKeeperLockAdministration implements LockAdministration {

    /** A node with what it holds, or without where it has gone meanwhile. */
    private record Seen(Child child, Optional<Wire.Data> data) {}

    private final ZooKeeperLockBackend backend;
    private final LockPaths paths;
    private final ForeignLocks foreign;

    ZooKeeperLockAdministration(ZooKeeperLockBackend backend) {
        this.backend = backend;
        this.paths = backend.paths();
        this.foreign = new ForeignLocks(paths);
    }

    @Override
    public CompletionStage<List<LockDescription>> list(LockResource.Kind kind) {
        return told(
                "list",
                wire -> wire.children(paths.kind(kind))
                        .thenCompose(listed -> all(listed.names().stream()
                                .flatMap(name -> LockPaths.resource(kind, name).stream())
                                .map(resource -> describe(wire, resource))
                                .toList()))
                        .thenApply(described -> described.stream()
                                .filter(one -> !one.holders().isEmpty() || one.waiting() > 0)
                                .toList())
                        .exceptionallyCompose(failure -> ifGone(failure, List.of())));
    }

    @Override
    public CompletionStage<LockDescription> describe(LockResource resource) {
        return told("describe", wire -> describe(wire, resource));
    }

    private CompletableFuture<LockDescription> describe(Wire wire, LockResource resource) {
        String parent = paths.lock(resource);
        return wire.children(parent)
                .thenCompose(listed -> all(Queue.of(listed.names()).children().stream()
                                .map(child -> wire.data(parent + '/' + child.name(), null)
                                        .thenApply(data -> new Seen(child, Optional.of(data)))
                                        .exceptionallyCompose(
                                                failure -> ifGone(failure, new Seen(child, Optional.empty()))))
                                .toList())
                        .thenApply(seen -> describe(resource, seen, listed.parent())))
                .exceptionallyCompose(failure -> ifGone(failure, new LockDescription(resource, List.of(), 0)));
    }

    private static LockDescription describe(LockResource resource, List<Seen> all, Stat parent) {
        List<Seen> there = all.stream().filter(seen -> seen.data().isPresent()).toList();
        Queue queue = new Queue(there.stream().map(Seen::child).toList());
        List<LockDescription.Holder> holders = new ArrayList<>();
        for (int i = 0; i < there.size(); i++) {
            Child child = there.get(i).child();
            Wire.Data data = there.get(i).data().orElseThrow();
            Note note = Note.read(data.bytes());
            // One that must enter anew, since somebody has taken the lock over, does not hold it yet.
            if (queue.blocker(i, note.permits()).isEmpty() && data.stat().getCzxid() >= parent.getMzxid()) {
                Grant grant = new Grant(
                        resource, child.mode(), child.attempt(), data.stat().getCzxid());
                holders.add(new LockDescription.Holder(grant, note.kept()));
            }
        }
        return new LockDescription(resource, holders, there.size() - holders.size());
    }

    @Override
    public CompletionStage<Boolean> refuse(Grant grant) {
        return told("refuse a holder", wire -> foreign.refuse(wire, grant));
    }

    @Override
    public CompletionStage<AcquireAnswer> takeOver(AcquireRequest request, Grant from) {
        if (request.resource().kind() == LockResource.Kind.READ_WRITE
                || request.resource().kind() == LockResource.Kind.SEMAPHORE) {
            throw new UnsupportedOperationException(
                    "only a lock with one holder is taken over: resource=" + request.resource());
        }
        return backend.sessionOf(request.attempt())
                .map(session -> session.takeOver(request, from))
                .orElseGet(() -> CompletableFuture.failedFuture(new BackendException(
                        "attempt must belong to an open session: attempt=" + request.attempt(),
                        Outcome.NOT_APPLIED,
                        null)));
    }

    /** The version of the instance's node, which each write raises. */
    @Override
    public CompletionStage<Long> nextBoot(String instance) {
        String path = paths.boot(instance);
        return told(
                "count a start",
                wire -> wire.set(path, new byte[0])
                        .exceptionallyCompose(failure -> Wire.is(failure, Code.NONODE)
                                ? wire.make(path, CreateMode.PERSISTENT)
                                        .thenCompose(made -> wire.set(path, new byte[0]))
                                : CompletableFuture.failedFuture(Wire.unwrapped(failure)))
                        .thenApply(stat -> (long) stat.getVersion()));
    }

    private static <T> CompletableFuture<T> ifGone(Throwable failure, T otherwise) {
        return Wire.is(failure, Code.NONODE)
                ? CompletableFuture.completedFuture(otherwise)
                : CompletableFuture.failedFuture(Wire.unwrapped(failure));
    }

    private static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> parts) {
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(done -> parts.stream().map(CompletableFuture::join).toList());
    }

    private <T> CompletionStage<T> told(String what, Function<Wire, CompletableFuture<T>> asking) {
        try {
            Wire wire = backend.administering();
            wire.sync(paths.root());
            return asking.apply(wire)
                    .exceptionallyCompose(failure -> CompletableFuture.failedFuture(Wire.failed(what, failure)));
        } catch (BackendException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
