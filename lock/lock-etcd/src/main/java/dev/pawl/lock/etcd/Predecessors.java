package dev.pawl.lock.etcd;

import dev.pawl.etcd.Etcd;
import dev.pawl.etcd.EtcdKeys;
import dev.pawl.lock.spi.GrantListener;
import io.etcd.jetcd.api.Event;
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
 */
final class Predecessors {

    private static final Logger LOG = LoggerFactory.getLogger(Predecessors.class);

    private record Watch(String attempt, String key, long from) {}

    private final Etcd etcd;
    private final GrantListener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Watch> wanted = new HashMap<>();
    private @Nullable Stream stream;
    private boolean closed;
    private boolean failureTold;

    Predecessors(Etcd etcd, GrantListener listener) {
        this.etcd = etcd;
        this.listener = listener;
    }

    /** Wakes the attempt once the key is deleted at this revision or later; instead of what the attempt watched before. */
    void watch(String attempt, String key, long from) {
        Stream opened = null;
        lock.lock();
        try {
            Watch before = wanted.get(attempt);
            if (closed || (before != null && before.key.equals(key))) {
                return;
            }
            Watch watch = new Watch(attempt, key, from);
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
                            .setStartRevision(watch.from)
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
            lock.lock();
            try {
                worked = true;
                if (response.getCreated()) {
                    created(response.getWatchId());
                }
                Watch watch = named.get(response.getWatchId());
                boolean deleted =
                        response.getEventsList().stream().anyMatch(event -> event.getType() == Event.EventType.DELETE);
                // A watch that etcd cancels has missed what was compacted.
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

        private void created(long id) {
            Watch watch = unnamed.poll();
            if (watch != null) {
                named.put(id, watch);
                if (!watch.equals(wanted.get(watch.attempt))) {
                    cancel(id);
                }
            }
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
