package dev.pawl.lock.zookeeper;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockSession;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;

/** A backend with one session, and the handles that it has made. */
final class Client implements GrantListener, AutoCloseable {

    static final LockTerms TERMS = new LockTerms(FencingToken.Kind.EXCLUSIVE, 1, Duration.ofSeconds(10), Duration.ZERO);

    final List<ZooKeeper> handles = new CopyOnWriteArrayList<>();
    /** How many connections the session knows of. */
    final AtomicInteger connections = new AtomicInteger();

    final List<String> woken = new CopyOnWriteArrayList<>();
    final ZooKeeperLockBackend backend;
    final LockSession session;

    Client(String connectString, String namespace) {
        this(connectString, namespace, ZooKeeperLockOptions.defaults(), 2_000_000_000);
    }

    Client(String connectString, String namespace, ZooKeeperLockOptions options, long sequenceLimit) {
        ZooKeeperConnector connector = (timeout, watcher) -> {
            ZooKeeper handle = new ZooKeeper(connectString, timeout, event -> {
                watcher.process(event);
                if (event.getState() == Watcher.Event.KeeperState.SyncConnected
                        && event.getType() == Watcher.Event.EventType.None) {
                    connections.incrementAndGet();
                }
            });
            handles.add(handle);
            return handle;
        };
        backend = new ZooKeeperLockBackend(connector, namespace, options, sequenceLimit);
        session = backend.open("s-" + UUID.randomUUID(), this);
    }

    ZooKeeper handle() {
        return handles.get(handles.size() - 1);
    }

    static <T> T answer(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    CompletionStage<AcquireAnswer> asking(LockResource resource, String attempt, boolean queued) {
        return session.acquire(new AcquireRequest(resource, attempt, TERMS, 0, queued));
    }

    AcquireAnswer ask(LockResource resource, String attempt, boolean queued) throws Exception {
        return answer(asking(resource, attempt, queued));
    }

    Grant granted(LockResource resource, String attempt) throws Exception {
        if (ask(resource, attempt, true) instanceof AcquireAnswer.Granted granted) {
            return new Grant(resource, FencingToken.Kind.EXCLUSIVE, attempt, granted.base());
        }
        throw new AssertionError("not granted: " + attempt);
    }

    boolean release(Grant grant) throws Exception {
        return answer(session.release(grant, Duration.ZERO));
    }

    @Override
    public void granted(String attempt, long stamp, AcquireAnswer.Granted answer) {
        throw new AssertionError("no grants by message");
    }

    @Override
    public void wake(String attempt) {
        woken.add(attempt);
    }

    @Override
    public void missed() {}

    @Override
    public void close() {
        session.close();
        backend.close();
    }
}
