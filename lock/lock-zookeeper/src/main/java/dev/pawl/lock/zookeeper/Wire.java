package dev.pawl.lock.zookeeper;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * One handle of ZooKeeper, by futures. Requests are sent in the order of the calls, and answered in it. Every future ends: the
 * handle ends what it has sent when it loses its connection, and it gives a silent one up after two thirds of the
 * session timeout. Failures are {@link KeeperException}. Thread-safe; never blocks.
 */
final class Wire {

    /** A node that was made. */
    record Created(String path, Stat stat) {}

    /** Names of nodes, and of the node above them its state. */
    record Children(List<String> names, Stat parent) {}

    /** What a node holds. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and never changed
    record Data(byte[] bytes, Stat stat) {}

    private final ZooKeeper zooKeeper;
    private final List<ACL> acl;

    Wire(ZooKeeper zooKeeper, List<ACL> acl) {
        this.zooKeeper = zooKeeper;
        // An immutable list throws where the client looks for null in it.
        this.acl = new ArrayList<>(acl);
    }

    ZooKeeper zooKeeper() {
        return zooKeeper;
    }

    CompletableFuture<Created> create(String path, byte[] data, CreateMode mode) {
        CompletableFuture<Created> answer = new CompletableFuture<>();
        zooKeeper.create(
                path,
                data,
                acl,
                mode,
                (rc, asked, context, name, stat) -> end(answer, rc, asked, () -> new Created(name, stat)),
                null);
        return answer;
    }

    /**
     * Lets what is read next on this connection be no older than this call, as long as its server's leader is one; not awaited,
     * and without a promise: it is for whoever looks on, and decides nothing.
     */
    void sync(String path) {
        zooKeeper.sync(path, (rc, asked, context) -> {}, null);
    }

    CompletableFuture<Children> children(String path) {
        return children(path, null);
    }

    CompletableFuture<Children> children(String path, @Nullable Watcher watcher) {
        CompletableFuture<Children> answer = new CompletableFuture<>();
        zooKeeper.getChildren(
                path,
                watcher,
                (rc, asked, context, names, stat) -> end(answer, rc, asked, () -> new Children(names, stat)),
                null);
        return answer;
    }

    CompletableFuture<Stat> exists(String path, @Nullable Watcher watcher) {
        CompletableFuture<Stat> answer = new CompletableFuture<>();
        zooKeeper.exists(path, watcher, (rc, asked, context, stat) -> end(answer, rc, asked, () -> stat), null);
        return answer;
    }

    CompletableFuture<Data> data(String path, @Nullable Watcher watcher) {
        CompletableFuture<Data> answer = new CompletableFuture<>();
        zooKeeper.getData(
                path,
                watcher,
                (rc, asked, context, data, stat) ->
                        end(answer, rc, asked, () -> new Data(data == null ? new byte[0] : data, stat)),
                null);
        return answer;
    }

    CompletableFuture<Stat> set(String path, byte[] data) {
        CompletableFuture<Stat> answer = new CompletableFuture<>();
        zooKeeper.setData(path, data, -1, (rc, asked, context, stat) -> end(answer, rc, asked, () -> stat), null);
        return answer;
    }

    CompletableFuture<Boolean> delete(String path) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        zooKeeper.delete(path, -1, (rc, asked, context) -> end(answer, rc, asked, () -> true), null);
        return answer;
    }

    CompletableFuture<List<OpResult>> multi(List<Op> operations) {
        CompletableFuture<List<OpResult>> answer = new CompletableFuture<>();
        zooKeeper.multi(operations, (rc, asked, context, results) -> end(answer, rc, asked, () -> results), null);
        return answer;
    }

    Op creation(String path, byte[] data) {
        return Op.create(path, data, acl, CreateMode.EPHEMERAL);
    }

    /** Makes a node that stays, and those above it; the last one is a container, which the servers remove when it is empty again. */
    CompletableFuture<Boolean> make(String path, CreateMode mode) {
        return then(create(path, new byte[0], mode), (made, failure) -> {
            if (failure == null || is(failure, KeeperException.Code.NODEEXISTS)) {
                return CompletableFuture.completedFuture(true);
            }
            if (is(failure, KeeperException.Code.NONODE)) {
                return make(LockPaths.parent(path), CreateMode.PERSISTENT).thenCompose(parent -> make(path, mode));
            }
            return CompletableFuture.<Boolean>failedFuture(unwrapped(failure));
        });
    }

    /** Goes on in one of two ways when a stage has ended. */
    static <T, R> CompletableFuture<R> then(
            CompletableFuture<T> first, BiFunction<T, @Nullable Throwable, CompletableFuture<R>> step) {
        CompletableFuture<R> result = new CompletableFuture<>();
        CompletableFuture<T> unused = first.whenComplete((value, failure) -> {
            try {
                CompletableFuture<R> unusedToo = step.apply(value, failure).whenComplete((answer, later) -> {
                    if (later == null) {
                        result.complete(answer);
                    } else {
                        result.completeExceptionally(unwrapped(later));
                    }
                });
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    static boolean is(Throwable failure, KeeperException.Code code) {
        return unwrapped(failure) instanceof KeeperException known && known.code() == code;
    }

    static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** As the SPI tells it. Only what the servers refuse by rule, and what never was sent, is certainly not done. */
    static BackendException failed(String what, Throwable failure) {
        Throwable cause = unwrapped(failure);
        if (cause instanceof BackendException known) {
            return known;
        }
        boolean refused = cause instanceof KeeperException known
                && switch (known.code()) {
                    case CONNECTIONLOSS, OPERATIONTIMEOUT, REQUESTTIMEOUT, SYSTEMERROR, SESSIONMOVED -> false;
                    default -> true;
                };
        return new BackendException(
                "ZooKeeper did not " + what + ": " + cause.getMessage(),
                refused ? Outcome.NOT_APPLIED : Outcome.UNKNOWN,
                cause);
    }

    private static <T> void end(CompletableFuture<T> answer, int rc, String path, Supplier<T> reading) {
        KeeperException.Code code = KeeperException.Code.get(rc);
        if (code == KeeperException.Code.OK) {
            answer.complete(reading.get());
        } else {
            answer.completeExceptionally(KeeperException.create(
                    code == null ? KeeperException.Code.SYSTEMERROR : code, path == null ? "" : path));
        }
    }
}
