package dev.pawl.idgen.server;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What the service counts of itself. */
final class ServiceMetrics {

    final LongAdder connections = new LongAdder();

    /** Requests that the two calls for ids do not count by themselves. */
    final LongAdder otherRequests = new LongAdder();

    private final Map<ProblemType, LongAdder> problems = new EnumMap<>(ProblemType.class);

    ServiceMetrics() {
        for (ProblemType type : ProblemType.values()) {
            problems.put(type, new LongAdder());
        }
    }

    void count(Problem problem) {
        problems(problem.type()).increment();
    }

    LongAdder problems(ProblemType type) {
        return Objects.requireNonNull(problems.get(type));
    }
}
