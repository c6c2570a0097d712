package dev.pawl.idgen.server;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the service counts of itself. */
final class ServiceMetrics {

    final LongAdder connections = new LongAdder();

    /** Requests that the two calls for ids do not count by themselves. */
    final LongAdder otherRequests = new LongAdder();

    /** One for every type, and never changed. */
    private final Map<ProblemType, LongAdder> problems = Arrays.stream(ProblemType.values())
            .collect(Collectors.toUnmodifiableMap(Function.identity(), type -> new LongAdder()));

    void count(Problem problem) {
        problems(problem.type()).increment();
    }

    LongAdder problems(ProblemType type) {
        return Objects.requireNonNull(problems.get(type));
    }
}
