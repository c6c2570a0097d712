package dev.pawl.lock;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.LockResource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The contenders of this process, a queue for each resource and mode, so that one of them at a time contends at the store,
 * and none while this process itself holds the resource alone: then a release may hand over without the store.
 *
 * <p>Thread-safe; each step is one atomic step of the map, and what follows from it happens after it.
 */
final class LocalQueues {

    private record Key(LockResource resource, FencingToken.Kind mode) {
        static Key of(Wanted wanted) {
            return new Key(wanted.resource(), wanted.mode());
        }
    }

    private static final class LocalQueue {
        final ArrayDeque<Acquisition> waiting = new ArrayDeque<>(2);

        @Nullable
        Acquisition contending;

        @Nullable
        Hold held;

        boolean isIdle() {
            return waiting.isEmpty() && contending == null && held == null;
        }

        @Nullable
        Acquisition nextContender() {
            if (contending == null && held == null) {
                contending = waiting.poll();
                return contending;
            }
            return null;
        }
    }

    /** What a step of the map has come upon. */
    private static final class Found {
        @Nullable
        Acquisition acquisition;
    }

    private final ConcurrentHashMap<Key, LocalQueue> queues = new ConcurrentHashMap<>();

    /** Queues a contender, which contends at once if it is the only one. */
    void add(Acquisition acquisition) {
        Found next = new Found();
        change(Key.of(acquisition.wanted()), queue -> {
            queue.waiting.add(acquisition);
            next.acquisition = queue.nextContender();
            return queue;
        });
        contend(next.acquisition);
    }

    /** Tells whether this process itself holds a resource alone. */
    boolean holdsAlone(LockResource resource) {
        LocalQueue queue = queues.get(new Key(resource, FencingToken.Kind.EXCLUSIVE));
        Hold hold = queue == null ? null : queue.held;
        return hold != null && hold.isValid();
    }

    /** A contender has become a holder. */
    void granted(Acquisition acquisition, Hold hold) {
        Found next = new Found();
        change(Key.of(acquisition.wanted()), queue -> {
            if (queue.contending == acquisition) {
                queue.contending = null;
            }
            if (hold.isAlone()) {
                queue.held = hold;
            }
            next.acquisition = queue.nextContender();
            return queue;
        });
        contend(next.acquisition);
    }

    /** A contender has given up, or failed. */
    void ended(Acquisition acquisition) {
        Found next = new Found();
        change(Key.of(acquisition.wanted()), queue -> {
            if (queue.contending == acquisition) {
                queue.contending = null;
            } else {
                queue.waiting.remove(acquisition);
            }
            next.acquisition = queue.nextContender();
            return queue;
        });
        contend(next.acquisition);
    }

    /**
     * Takes out the contender that a holder may hand over to: the first, if it wants to hold on the same terms. Null if there is
     * none, or one contends at the store.
     */
    @Nullable
    Acquisition successor(Hold hold) {
        Found next = new Found();
        change(new Key(hold.resource(), FencingToken.Kind.EXCLUSIVE), queue -> {
            Acquisition first = queue.waiting.peek();
            if (queue.held == hold
                    && queue.contending == null
                    && first != null
                    && first.wanted().equals(hold.wanted())) {
                next.acquisition = queue.waiting.poll();
            }
            return queue;
        });
        return next.acquisition;
    }

    /** A hold has been released or lost. */
    void gone(Hold hold) {
        if (!hold.isAlone()) {
            return;
        }
        Found next = new Found();
        change(new Key(hold.resource(), FencingToken.Kind.EXCLUSIVE), queue -> {
            if (queue.held == hold) {
                queue.held = null;
            }
            next.acquisition = queue.nextContender();
            return queue;
        });
        contend(next.acquisition);
    }

    /** Ends all that wait in this process, since the service was closed. */
    void close() {
        List<Acquisition> ended = new ArrayList<>();
        queues.keySet()
                .forEach(key -> change(key, queue -> {
                    ended.addAll(queue.waiting);
                    return queue;
                }));
        ended.forEach(Acquisition::serviceClosed);
    }

    /** For tests: how many queues are kept. */
    int size() {
        return queues.size();
    }

    private void change(Key key, UnaryOperator<LocalQueue> step) {
        queues.compute(key, (same, present) -> {
            LocalQueue queue = step.apply(present == null ? new LocalQueue() : present);
            return queue.isIdle() ? null : queue;
        });
    }

    private static void contend(@Nullable Acquisition next) {
        if (next != null) {
            next.contend();
        }
    }
}
