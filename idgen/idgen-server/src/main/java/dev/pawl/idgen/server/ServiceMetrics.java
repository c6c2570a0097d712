package dev.pawl.idgen.server;

import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** What the service counts of itself. */
final class ServiceMetrics {

    final LongAdder connections = new LongAdder();

    /** Requests that the two calls for ids do not count by themselves. */
    final LongAdder otherRequests = new LongAdder();

    /** By type. */
    private final LongAdder[] problems =
            Stream.generate(LongAdder::new).limit(ProblemType.values().length).toArray(LongAdder[]::new);

    void count(Problem problem) {
        problems(problem.type()).increment();
    }

    LongAdder problems(ProblemType type) {
        return problems[type.ordinal()];
    }
}
