package dev.pawl.benchmarks.locks;

import dev.pawl.benchmarks.Spread;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What was measured, in order, by scene and kind of lock. Confined to one thread. */
final class Measurements {

    /** What the threads did in one run, and what it cost per pair. */
    record One(Round.Result result, double serverMicros, double clientMicros, double bytes) {}

    private final Map<Scene, Map<Lockers, List<One>>> all = new EnumMap<>(Scene.class);

    void add(Scene scene, Lockers lockers, One one) {
        all.computeIfAbsent(scene, s -> new EnumMap<>(Lockers.class))
                .computeIfAbsent(lockers, l -> new ArrayList<>())
                .add(one);
    }

    boolean has(Scene scene) {
        return all.containsKey(scene);
    }

    Spread spread(Scene scene, Lockers lockers, ToDoubleFunction<One> value) {
        return Spread.of(values(scene, lockers, value));
    }

    /** The ratios of neighbours in time. */
    Spread ratios(Scene scene, Lockers ours, Lockers theirs, ToDoubleFunction<One> value) {
        return Spread.ofRatios(values(scene, ours, value), values(scene, theirs, value));
    }

    private List<Double> values(Scene scene, Lockers lockers, ToDoubleFunction<One> value) {
        return all.get(scene).get(lockers).stream().mapToDouble(value).boxed().toList();
    }
}
