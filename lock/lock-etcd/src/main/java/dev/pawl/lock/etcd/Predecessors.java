package dev.pawl.lock.etcd;

import dev.pawl.etcd.Etcd;
import dev.pawl.etcd.EtcdKeys;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.wheel.Timer;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.WatchCancelRequest;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches for each waiting attempt the one key in front of it, and wakes the attempt when that key is deleted: one is woken, not all.
 * All watches of a session share one stream. Thread-safe; calls others outside of its lock, but for the stream.
 *
 * <p>A watch begins with what comes next, and not with the revision at which the key was seen: etcd serves watches that begin in
 * the past ten times a second only. Whether the key was deleted in between is asked once the watch stands, and some times more
 * if there were writes when it began: they may have put it in the past all the same.
 */
final class Predecessors {

    private static final Logger LOG = LoggerFactory.getLogger(Predecessors.class);

    /** The key stood at this revision. */
    private record Watch(String attempt, String key, long seen) {}

    private static final long FIRST_LOOK_NANOS = 5_000_000;
    private static final long LAST_LOOK_NANOS = 80_000_000;

    private final Etcd etcd;
    private final GrantListener listener;
    private final SessionTimers timers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Watch> wanted = new HashMap<>();
    private @Nullable Stream stream;
    private boolean closed;
    private boolean failureTold;

    Predecessors(Etcd etcd, GrantListener listener, SessionTimers timers) {
        this.etcd = etcd;
        this.listener = listener;
        this.timers = timers;
    }

    /** Wakes the attempt once the key, which stood at this revision, is deleted; instead of what the attempt watched before. */
    void watch(String attempt, String key, long seen) {
        Stream opened = null;
        lock.lock();
        try {
            Watch before = wanted.get(attempt);
            if (closed || (before != null && before.key.equals(key))) {
                return;
            }
            Watch watch = new Watch(attempt, key, seen);
            wanted.put(attempt, watch);
            if (stream == null) {
                opened = new Stream();
                stream = opened;
            } else {
                stream.cancel(before);
                stream.create(watch);
            }
        } finally {
            lock.unlock();
        }
        if (opened != null) {
            open(opened);
        }
    }

    private void open(Stream opened) {
        CompletableFuture<?> unused = etcd.stream(WatchGrpc.getWatchMethod(), opened)
                .whenComplete((sender, failure) -> {
                    if (failure == null) {
                        opened.opened(sender);
                    } else {
                        opened.onError(failure);
                    }
                });
    }

    /** Looks whether the key stands yet, and later again if there were writes since the watch began. */
    private void look(Watch watch, long begun, long nextAfter) {
        if (!isWanted(watch)) {
            return;
        }
        RangeRequest request = RangeRequest.newBuilder()
                .setKey(EtcdKeys.bytes(watch.key))
                .setKeysOnly(true)
                .build();
        CompletableFuture<?> unused = etcd.call(KVGrpc.getRangeMethod(), request)
                .whenComplete((answer, failure) -> {
                    boolean stands = failure == null
                            && answer.getKvsList().stream().anyMatch(kv -> kv.getCreateRevision() <= watch.seen);
                    if (!stands) {
                        if (takeBack(watch)) {
                            listener.wake(watch.attempt);
                        }
                    } else if (answer.getHeader().getRevision() > begun) {
                        lookLater(watch, begun, nextAfter);
                    }
                });
    }

    private void lookLater(Watch watch, long begun, long after) {
        if (after <= LAST_LOOK_NANOS) {
            Timer unused = timers.schedule(after, () -> look(watch, begun, 2 * after));
        }
    }

    private boolean isWanted(Watch watch) {
        lock.lock();
        try {
            return watch.equals(wanted.get(watch.attempt));
        } finally {
            lock.unlock();
        }
    }

    /** Takes a watch back that has nothing to wait for; false if it is another one by now. */
    private boolean takeBack(Watch watch) {
        lock.lock();
        try {
            boolean removed = wanted.remove(watch.attempt, watch);
            if (removed && stream != null) {
                stream.cancel(watch);
            }
            return removed;
        } finally {
            lock.unlock();
        }
    }

    void forget(String attempt) {
        lock.lock();
        try {
            Watch before = wanted.remove(attempt);
            if (stream != null) {
                stream.cancel(before);
            }
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            wanted.clear();
            if (stream != null) {
                stream.end();
            }
        } finally {
            lock.unlock();
        }
    }

    /** For tests: how many attempts watch a key. */
    int size() {
        lock.lock();
        try {
            return wanted.size();
        } finally {
            lock.unlock();
        }
    }

    /** One stream, from its opening to its end. */
    private final class Stream implements StreamObserver<WatchResponse> {

        /** Etcd answers creations in the order in which they were sent, and names each watch only then. */
        private final Deque<Watch> unnamed = new ArrayDeque<>();

        private final Map<Long, Watch> named = new HashMap<>();
        private @Nullable StreamObserver<WatchRequest> sender;
        private boolean worked;

        void opened(StreamObserver<WatchRequest> opened) {
            lock.lock();
            try {
                sender = opened;
                wanted.values().forEach(this::create);
                if (closed) {
                    end();
                }
            } finally {
                lock.unlock();
            }
        }

        void create(Watch watch) {
            if (sender == null) {
                return; // sent once it is open
            }
            unnamed.add(watch);
            sender.onNext(WatchRequest.newBuilder()
                    .setCreateRequest(WatchCreateRequest.newBuilder()
                            .setKey(EtcdKeys.bytes(watch.key))
                            .addFilters(WatchCreateRequest.FilterType.NOPUT))
                    .build());
        }

        void cancel(@Nullable Watch watch) {
            if (watch != null) {
                named.entrySet().stream()
                        .filter(entry -> entry.getValue().equals(watch))
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .ifPresent(this::cancel);
            }
        }

        private void cancel(long id) {
            named.remove(id);
            if (sender != null) {
                sender.onNext(WatchRequest.newBuilder()
                        .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(id))
                        .build());
            }
        }

        void end() {
            if (sender != null) {
                sender.onCompleted();
            }
        }

        @Override
        public void onNext(WatchResponse response) {
            if (response.getCreated() && response.getCanceled()) {
                refused(response.getCancelReason());
                return;
            }
            List<String> woken = new ArrayList<>();
            Watch begun = null;
            long revision = response.getHeader().getRevision();
            lock.lock();
            try {
                worked = true;
                if (response.getCreated()) {
                    begun = created(response.getWatchId());
                }
                Watch watch = named.get(response.getWatchId());
                boolean deleted =
                        response.getEventsList().stream().anyMatch(event -> event.getType() == Event.EventType.DELETE);
                // A watch that etcd cancels hears of nothing any more.
                if (watch != null && (deleted || response.getCanceled())) {
                    cancel(response.getWatchId());
                    if (wanted.remove(watch.attempt, watch)) {
                        woken.add(watch.attempt);
                    }
                }
            } finally {
                lock.unlock();
            }
            woken.forEach(listener::wake);
            if (begun != null && revision > begun.seen) {
                look(begun, revision, FIRST_LOOK_NANOS);
            } else if (begun != null) {
                lookLater(begun, revision, FIRST_LOOK_NANOS);
            }
        }

        /**
         * A stream is as good as the login that it was opened with. Whoever waits asks again, which logs in anew where that is needed,
         * and opens another stream; to wake the attempt at once would have it ask in a circle.
         */
        private void refused(String reason) {
            lock.lock();
            try {
                end();
            } finally {
                lock.unlock();
            }
            ended(new IllegalStateException("etcd refused a watch: reason=" + reason));
        }

        /** Returns the watch that has begun, if it is wanted still. */
        private @Nullable Watch created(long id) {
            Watch watch = unnamed.poll();
            if (watch == null) {
                return null;
            }
            named.put(id, watch);
            if (!watch.equals(wanted.get(watch.attempt))) {
                cancel(id);
                return null;
            }
            return watch;
        }

        @Override
        public void onError(Throwable failure) {
            ended(failure);
        }

        @Override
        public void onCompleted() {
            ended(null);
        }

        private void ended(@Nullable Throwable failure) {
            boolean tell;
            lock.lock();
            try {
                if (stream != this) {
                    return;
                }
                stream = null;
                wanted.clear();
                tell = !worked && !failureTold && !closed;
                failureTold |= tell;
                if (closed) {
                    return;
                }
            } finally {
                lock.unlock();
            }
            if (tell) {
                LOG.warn(
                        "Releases cannot be watched, so whoever waits asks about once a second; tried again",
                        Objects.requireNonNullElseGet(failure, IllegalStateException::new));
            }
            if (worked) {
                listener.missed();
            }
        }
    }
}
