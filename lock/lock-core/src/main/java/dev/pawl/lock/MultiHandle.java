package dev.pawl.lock;

import dev.pawl.fencing.FencingToken;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Several locks that are held together, and released together. Thread-safe, as {@link LockHandle} is. */
public final class MultiHandle implements AutoCloseable {

    private final List<LockHandle> handles;

    MultiHandle(List<LockHandle> handles) {
        this.handles = List.copyOf(handles);
    }

    /**
     * Returns the handles one by one.
     *
     * @return in the order of the names
     */
    public List<LockHandle> handles() {
        return handles;
    }

    /**
     * Returns the token of each lock: show each resource that of its own.
     *
     * @return by name, in the order of the names
     */
    public Map<String, FencingToken> tokens() {
        Map<String, FencingToken> tokens = new LinkedHashMap<>();
        handles.forEach(handle -> tokens.put(handle.resource().name(), handle.token()));
        return tokens;
    }

    /**
     * Returns for how long all are held at least.
     *
     * @return the least of what remains of each; zero if one is lost
     */
    public Duration remaining() {
        return handles.stream()
                .map(LockHandle::remaining)
                .min(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /**
     * Makes sure that all are held for some time yet.
     *
     * @param atLeast zero or more
     * @throws LockLostException if one is not
     */
    public void ensureValid(Duration atLeast) {
        handles.forEach(handle -> handle.ensureValid(atLeast));
    }

    /**
     * Has a callback told once, when the first of the locks is lost.
     *
     * @param callback runs on the executor of the lock service
     */
    public void onLost(Consumer<LockLost> callback) {
        AtomicBoolean told = new AtomicBoolean();
        handles.forEach(handle -> handle.onLost(lost -> {
            if (told.compareAndSet(false, true)) {
                callback.accept(lost);
            }
        }));
    }

    /**
     * Gives all back at once and blocks for the answers.
     *
     * @return the worst of the results: {@link ReleaseResult#ALREADY_LOST}, then {@link ReleaseResult#UNKNOWN}
     */
    public ReleaseResult release() {
        handles.forEach(LockHandle::letGo);
        List<ReleaseResult> results = handles.stream().map(LockHandle::release).toList();
        if (results.contains(ReleaseResult.ALREADY_LOST)) {
            return ReleaseResult.ALREADY_LOST;
        }
        return results.contains(ReleaseResult.UNKNOWN) ? ReleaseResult.UNKNOWN : ReleaseResult.RELEASED;
    }

    /**
     * Releases all that were not released already.
     *
     * @throws LockLostException if one had been lost before; the others are released all the same
     */
    @Override
    public void close() {
        List<LockHandle> open =
                handles.stream().filter(handle -> !handle.isReleased()).toList();
        open.forEach(LockHandle::letGo);
        open.stream()
                .filter(handle -> handle.release() == ReleaseResult.ALREADY_LOST)
                .findFirst()
                .ifPresent(handle -> {
                    throw new LockLostException(handle.whyLost());
                });
    }
}
