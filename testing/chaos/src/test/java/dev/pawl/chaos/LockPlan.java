package dev.pawl.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Faults in an order drawn from a seed. */
final class LockPlan {

    private LockPlan() {}

    static List<LockFault> of(Map<LockFault, Integer> times, Random random) {
        List<LockFault> plan = new ArrayList<>();
        times.forEach((fault, count) -> plan.addAll(Collections.nCopies(count, fault)));
        // The map's order is not the same in every JVM, and the seed must draw the same plan again.
        Collections.sort(plan);
        Collections.shuffle(plan, random);
        return plan;
    }
}
