package dev.pawl.benchmarks.delay;

import dev.pawl.benchmarks.Spread;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What was measured, in order, by scene and peer. Confined to one thread. */
final class Measurements {

    /** What was done in one run, and what it cost the server. */
    record One(Done done, Spent spent) {

        double processorMicros() {
            return spent.processorMicros() / done.jobs();
        }

        double scriptMicros() {
            return spent.scriptMicros() / done.jobs();
        }

        double clientMicros() {
            return done.processorMicros() / done.jobs();
        }
    }

    private final Map<Scene, Map<Peers, List<One>>> all = new EnumMap<>(Scene.class);

    void add(Scene scene, Peers peer, One one) {
        all.computeIfAbsent(scene, s -> new EnumMap<>(Peers.class))
                .computeIfAbsent(peer, p -> new ArrayList<>())
                .add(one);
    }

    Spread spread(Scene scene, Peers peer, ToDoubleFunction<One> value) {
        return Spread.of(values(scene, peer, value));
    }

    /** The ratios of neighbours in time. */
    Spread ratios(Scene scene, Peers theirs) {
        ToDoubleFunction<One> perSecond = one -> one.done().perSecond();
        return Spread.ofRatios(values(scene, Peers.PAWL, perSecond), values(scene, theirs, perSecond));
    }

    List<Double> values(Scene scene, Peers peer, ToDoubleFunction<One> value) {
        return all.get(scene).get(peer).stream().mapToDouble(value).boxed().toList();
    }
}
