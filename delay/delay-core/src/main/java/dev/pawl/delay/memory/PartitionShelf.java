package dev.pawl.delay.memory;

import dev.pawl.delay.spi.Head;
import dev.pawl.delay.spi.HeadListener;
import dev.pawl.delay.spi.Partition;
import dev.pawl.delay.spi.PartitionState;
import dev.pawl.delay.spi.Presence;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** One partition with its lock, its consumers and whoever watches it. Thread-safe. */
final class PartitionShelf {

    private record Consumer(boolean accepting, long untilMillis) {}

    private final Partition partition;
    private final Clock clock;
    private final JobTable table;
    private final Map<String, Consumer> consumers = new HashMap<>();
    private final CopyOnWriteArrayList<HeadListener> watchers = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();

    PartitionShelf(Partition partition, Clock clock, Duration retryHorizon) {
        this.partition = partition;
        this.clock = clock;
        this.table = new JobTable(retryHorizon);
    }

    <T> T answer(Function<JobTable, T> step) {
        lock.lock();
        try {
            table.at(micros());
            return step.apply(table);
        } finally {
            lock.unlock();
        }
    }

    /** The same, and tells whoever watches if the head is sooner afterwards. */
    <T> T answerAndTell(Function<JobTable, T> step) {
        T answer;
        Head after;
        boolean sooner;
        lock.lock();
        try {
            table.at(micros());
            Head before = table.head();
            answer = step.apply(table);
            after = table.head();
            sooner = after.dueInMillis() < before.dueInMillis();
        } finally {
            lock.unlock();
        }
        if (sooner) {
            // Outside of the lock: whoever is told may ask at once.
            watchers.forEach(watcher -> watcher.sooner(partition, after));
        }
        return answer;
    }

    PartitionState announce(Presence presence) {
        return answer(at -> {
            long until = at.millis() + presence.lasting().toMillis();
            consumers.put(presence.consumer(), new Consumer(presence.accepting(), until));
            return look(at);
        });
    }

    PartitionState look() {
        return answer(this::look);
    }

    private PartitionState look(JobTable at) {
        consumers.values().removeIf(consumer -> consumer.untilMillis <= at.millis());
        List<String> accepting = consumers.entrySet().stream()
                .filter(entry -> entry.getValue().accepting)
                .map(Map.Entry::getKey)
                .toList();
        return new PartitionState(at.head(), accepting, at.isPaused(), at.clockBehind());
    }

    void watch(HeadListener listener) {
        watchers.addIfAbsent(listener);
    }

    void unwatch(HeadListener listener) {
        watchers.remove(listener);
    }

    private long micros() {
        Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }
}
