package dev.pawl.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Counts that grow, and the wait until all of them have. Confined to one thread. */
final class Growth {

    private final List<Count> counts = new ArrayList<>();

    private record Count(String what, LongSupplier now, long before) {

        boolean grewBy(long least) {
            return now.getAsLong() >= before + least;
        }
    }

    /** From its present value on. */
    Growth of(String what, LongSupplier count) {
        counts.add(new Count(what, count, count.getAsLong()));
        return this;
    }

    /** The ids that lives give from now on. */
    static Growth ofIds(Histories histories, Stream<Integer> lives) {
        Growth growth = new Growth();
        lives.forEach(life -> histories
                .all()
                .forEach(history -> growth.of(history.generator() + " in life " + life, () -> history.size(life))));
        return growth;
    }

    boolean by(long least) {
        return counts.stream().allMatch(count -> count.grewBy(least));
    }

    /** Waits until each has grown; longer than promised fails, and says after how long they did. */
    void await(String what, Duration promised) {
        List<Count> waiting = new ArrayList<>(counts);
        try {
            Await.until(what, promised, () -> {
                waiting.removeIf(count -> count.grewBy(1));
                return waiting.isEmpty();
            });
        } catch (AssertionError e) {
            List<String> late = waiting.stream().map(Count::what).toList();
            throw new AssertionError("not in time: " + what + ": " + late, e);
        }
    }
}
