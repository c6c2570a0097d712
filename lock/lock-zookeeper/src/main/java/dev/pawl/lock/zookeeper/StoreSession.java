package dev.pawl.lock.zookeeper;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.lock.spi.AcquireRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * One session of ZooKeeper, with the places of its attempts, until it expires. Each sixth of its timeout it writes a node of
 * its own: {@link Proof} says what that proves, and what waits for a proof rides on the next write. Thread-safe; never blocks.
 */
final class StoreSession implements Watcher {

    private record Waiting(long until, long since, CompletableFuture<Boolean> stage) {}

    private final Surroundings surroundings;
    private final String path;
    private final Wire wire;
    private final Runnable onEnd;
    private final long connectedAt;
    private final Map<String, Place> places = new ConcurrentHashMap<>();
    private final Set<String> full = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Waiting> waiting = new ArrayList<>();

    /** Counts connections: what was sent on one says nothing of what is read on the next. */
    private final AtomicInteger connection = new AtomicInteger();

    private volatile boolean over;
    private @Nullable CompletableFuture<Boolean> ready;
    private @Nullable Proof proof;
    private boolean beating;
    private Surroundings.@Nullable Timer nextBeat;

    /** Connects. */
    StoreSession(Surroundings surroundings, String name, Runnable onEnd) {
        this.surroundings = surroundings;
        this.path = surroundings.paths().sessions() + '/' + name;
        this.onEnd = onEnd;
        this.connectedAt = surroundings.now();
        this.wire = surroundings.connect(this);
    }

    Wire wire() {
        return wire;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    long id() {
        return wire.zooKeeper().getSessionId();
    }

    boolean isOver() {
        return over;
    }

    Place place(AcquireRequest request) {
        return places.computeIfAbsent(request.attempt(), attempt -> new Place(this, request));
    }

    Optional<Place> known(String attempt) {
        return Optional.ofNullable(places.get(attempt));
    }

    Collection<Place> places() {
        return places.values();
    }

    void forget(Place place) {
        places.remove(place.attempt(), place);
        surroundings.forgotten().run();
    }

    /** Parents whose sequence is at its end, as this client has seen. */
    Set<String> full() {
        return full;
    }

    /** Completes when the session has made its node, and is begun anew after a failure. */
    CompletableFuture<Boolean> ready() {
        lock.lock();
        try {
            if (ready == null || ready.isCompletedExceptionally()) {
                ready = begin();
            }
            return ready;
        } finally {
            lock.unlock();
        }
    }

    private CompletableFuture<Boolean> begin() {
        long sentAt = surroundings.now();
        return Wire.then(wire.create(path, new byte[0], CreateMode.EPHEMERAL), (made, failure) -> {
            if (failure == null || Wire.is(failure, Code.NODEEXISTS)) {
                // It exists if the answer to an earlier request was lost: nobody else has this name.
                return begun(sentAt, failure == null);
            }
            if (Wire.is(failure, Code.NONODE)) {
                return wire.make(surroundings.paths().sessions(), CreateMode.PERSISTENT)
                        .thenCompose(parent -> begin());
            }
            return CompletableFuture.<Boolean>failedFuture(Wire.unwrapped(failure));
        });
    }

    private CompletableFuture<Boolean> begun(long sentAt, boolean written) {
        Duration granted = Duration.ofMillis(wire.zooKeeper().getSessionTimeout());
        Duration asked = surroundings.options().sessionTimeout();
        if (granted.compareTo(asked) < 0) {
            return CompletableFuture.failedFuture(new BackendException(
                    "servers must allow the session timeout, see their maxSessionTimeout: asked=" + asked + ", granted="
                            + granted,
                    Outcome.NOT_APPLIED,
                    null));
        }
        boolean first;
        lock.lock();
        try {
            Proof begun = proof;
            first = begun == null;
            if (begun == null) {
                begun = new Proof(
                        // Another server may grant no more than was asked for.
                        asked.toNanos(), surroundings.options().tick().toNanos(), connectedAt);
                proof = begun;
            }
            if (written) {
                begun.beat(sentAt);
            }
        } finally {
            lock.unlock();
        }
        if (first) {
            schedule(writeEvery());
        }
        return CompletableFuture.completedFuture(true);
    }

    /** A write of the session was answered that had been sent at this time. */
    void written(long sentAt) {
        List<Waiting> proven = List.of();
        lock.lock();
        try {
            if (proof != null) {
                proof.written(sentAt);
                proven = takeProven(proof);
            }
        } finally {
            lock.unlock();
        }
        proven.forEach(one -> one.stage.complete(true));
    }

    private List<Waiting> takeProven(Proof by) {
        List<Waiting> proven = new ArrayList<>();
        waiting.removeIf(one -> one.until <= by.until() && proven.add(one));
        return proven;
    }

    /** Completes once it is proven that the session lives until a time, or fails if that cannot be learned now. */
    CompletableFuture<Boolean> proven(long until) {
        CompletableFuture<Boolean> stage = new CompletableFuture<>();
        lock.lock();
        try {
            if (proof != null && proof.until() >= until) {
                return CompletableFuture.completedFuture(true);
            }
            if (over) {
                return CompletableFuture.failedFuture(ended());
            }
            waiting.add(new Waiting(until, surroundings.now(), stage));
        } finally {
            lock.unlock();
        }
        beat();
        return stage;
    }

    private static BackendException ended() {
        return new BackendException("ZooKeeper ended the session", Outcome.NOT_APPLIED, null);
    }

    /** A committed write: what is read after it, on the same connection, is no older than it. */
    CompletableFuture<Boolean> barrier() {
        long sentAt = surroundings.now();
        return wire.set(path, new byte[0]).thenApply(stat -> {
            written(sentAt);
            return true;
        });
    }

    /** Reads behind a committed write on one connection. */
    <T> CompletableFuture<T> fresh(Supplier<CompletableFuture<T>> reading) {
        int before = connection.get();
        CompletableFuture<Boolean> barrier = barrier();
        CompletableFuture<T> read = reading.get();
        return barrier.thenCompose(written -> read).thenCompose(answer -> {
            if (connection.get() != before) {
                return CompletableFuture.failedFuture(new BackendException(
                        "ZooKeeper's connection changed between a write and a read", Outcome.UNKNOWN, null));
            }
            return read;
        });
    }

    private void beat() {
        long sentAt;
        lock.lock();
        try {
            if (beating || over) {
                return;
            }
            beating = true;
            if (nextBeat != null) {
                nextBeat.cancel();
            }
            sentAt = surroundings.now();
        } finally {
            lock.unlock();
        }
        CompletableFuture<Stat> unused =
                wire.set(path, new byte[0]).whenComplete((stat, failure) -> beaten(sentAt, failure));
    }

    private void beaten(long sentAt, @Nullable Throwable failure) {
        List<Waiting> done;
        long delay;
        lock.lock();
        try {
            beating = false;
            if (failure == null && proof != null) {
                proof.beat(sentAt);
                done = takeProven(proof);
            } else {
                done = List.copyOf(waiting);
                waiting.clear();
            }
            boolean late = waiting.stream().anyMatch(one -> one.since > sentAt);
            long soon = surroundings.options().tick().toNanos() / 4;
            delay = late ? 0 : failure == null && waiting.isEmpty() ? writeEvery() : soon;
        } finally {
            lock.unlock();
        }
        if (failure != null && Wire.is(failure, Code.NONODE)) {
            // Somebody has deleted the node: it is made again.
            CompletableFuture<Boolean> unused = begin();
        }
        schedule(delay);
        for (Waiting one : done) {
            if (failure == null) {
                one.stage.complete(true);
            } else {
                one.stage.completeExceptionally(Wire.failed("prove the session", failure));
            }
        }
    }

    /** A tenth sooner than the leases count on: behind a write that comes late, a grant of the greatest lease has to wait. */
    private long writeEvery() {
        long promised = surroundings.options().sessionTimeout().toNanos() / ZooKeeperLockOptions.WRITES;
        return promised - promised / 10;
    }

    private void schedule(long delay) {
        lock.lock();
        try {
            if (!over) {
                nextBeat = surroundings.schedule(delay, this::beat);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void process(WatchedEvent event) {
        switch (event.getState()) {
            case SyncConnected -> {
                connection.incrementAndGet();
                endIfShortened();
            }
            case Expired, AuthFailed, Closed -> end();
            default -> {}
        }
    }

    /** Each connection negotiates the timeout anew; a shorter one is shorter than what has been counted on. */
    private void endIfShortened() {
        boolean begun;
        lock.lock();
        try {
            begun = proof != null;
        } finally {
            lock.unlock();
        }
        if (begun
                && wire.zooKeeper().getSessionTimeout()
                        < surroundings.options().sessionTimeout().toMillis()) {
            end();
        }
    }

    /** The session is over, and with it all that it had. */
    void end() {
        List<Waiting> left;
        lock.lock();
        try {
            if (over) {
                return;
            }
            over = true;
            left = List.copyOf(waiting);
            waiting.clear();
            if (nextBeat != null) {
                nextBeat.cancel();
            }
        } finally {
            lock.unlock();
        }
        List.copyOf(places.values()).forEach(Place::sessionEnded);
        left.forEach(one -> one.stage.completeExceptionally(ended()));
        onEnd.run();
    }
}
