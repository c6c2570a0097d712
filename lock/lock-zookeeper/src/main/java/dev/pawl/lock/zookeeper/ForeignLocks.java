package dev.pawl.lock.zookeeper;

import dev.pawl.lock.spi.Grant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;

/** Grants of other sessions, as an administrator changes them: found by attempt and number. */
record ForeignLocks(LockPaths paths) {

    /** Ends a grant at once; false if it held no more. */
    CompletableFuture<Boolean> delete(Wire wire, Grant grant) {
        return find(wire, grant)
                .thenCompose(
                        path -> path.isEmpty() ? CompletableFuture.completedFuture(false) : orFalse(wire.delete(path)));
    }

    /** Marks a grant, so that its holder does not renew it. */
    CompletableFuture<Boolean> refuse(Wire wire, Grant grant) {
        return find(wire, grant)
                .thenCompose(path -> path.isEmpty()
                        ? CompletableFuture.completedFuture(false)
                        : orFalse(wire.data(path, null)
                                .thenCompose(data -> wire.set(
                                        path, Note.read(data.bytes()).refuse().bytes()))
                                .thenApply(stat -> true)));
    }

    /** The path of a grant's node, or nothing. */
    private CompletableFuture<String> find(Wire wire, Grant grant) {
        String parent = paths.lock(grant.resource());
        wire.sync(parent);
        return wire.children(parent)
                .thenCompose(listed -> {
                    List<Child> mine = Queue.of(listed.names()).of(grant.attempt(), grant.mode());
                    if (mine.isEmpty()) {
                        return CompletableFuture.completedFuture("");
                    }
                    String path = parent + '/' + mine.get(0).name();
                    return wire.exists(path, null)
                            .thenApply((Stat stat) -> stat.getCzxid() == grant.base() ? path : "");
                })
                .exceptionallyCompose(failure -> Wire.is(failure, Code.NONODE)
                        ? CompletableFuture.completedFuture("")
                        : CompletableFuture.failedFuture(Wire.unwrapped(failure)));
    }

    private static CompletableFuture<Boolean> orFalse(CompletableFuture<Boolean> done) {
        return done.exceptionallyCompose(failure -> Wire.is(failure, Code.NONODE)
                ? CompletableFuture.completedFuture(false)
                : CompletableFuture.failedFuture(Wire.unwrapped(failure)));
    }
}
