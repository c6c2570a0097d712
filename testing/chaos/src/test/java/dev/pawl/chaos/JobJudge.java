package dev.pawl.chaos;

import dev.pawl.chaos.JobEffects.Effect;
import dev.pawl.chaos.JobLine.Step;
import dev.pawl.chaos.JobTrace.Given;
import dev.pawl.chaos.JobVerdict.Case;
import dev.pawl.chaos.JobVerdict.Check;
import dev.pawl.chaos.JobVerdict.Counts;
import dev.pawl.chaos.JobVerdict.Lateness;
import dev.pawl.chaos.JobVerdict.Window;
import dev.pawl.chaos.LockVerdict.Death;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Judges one round. For use by one thread. */
final class JobJudge {

    private static final int SHOWN = 5;
    private static final long MILLI = 1_000_000;

    private final Case judged;
    private final Map<String, JobTrace> traces = new LinkedHashMap<>();
    private final Map<Check, List<String>> problems = new EnumMap<>(Check.class);
    private final List<Double> comeBacks = new ArrayList<>();
    private int unseen;
    private int excused;

    JobJudge(Case judged) {
        this.judged = judged;
        judged.lines().stream()
                .filter(line -> line.step() != Step.FAILED)
                .forEach(line ->
                        traces.computeIfAbsent(line.key(), JobTrace::new).add(line));
        judged.effects().stream().filter(Effect::accepted).forEach(effect -> {
            JobTrace trace = traces.get(effect.key());
            if (trace == null) {
                problem(Check.UNEXPECTED, "an effect of what nobody enqueued: " + effect);
            } else {
                trace.effects++;
            }
        });
        traces.values().forEach(trace -> trace.given.sort(Comparator.comparingLong(one -> one.begun.nanos())));
    }

    JobVerdict verdict() {
        for (JobTrace trace : traces.values()) {
            lost(trace);
            JobLine enqueuing = trace.enqueuing();
            for (Given one : trace.given) {
                if (enqueuing == null || trace.was(Step.REJECTED) || trace.was(Step.NOT_ENQUEUED)) {
                    problem(Check.UNEXPECTED, "was delivered, and never taken: " + one.begun);
                } else {
                    early(trace, one, enqueuing);
                    if (!enqueuing.id().equals(one.begun.id()) && one.begun.token() != 0) {
                        problem(Check.UNEXPECTED, "has the payload of another job: " + one.begun);
                    }
                }
                afterCancel(trace, one);
            }
            answers(trace);
            attempts(trace);
        }
        tokens();
        staleEffects();
        judged.deaths().forEach(this::comeBack);
        return new JobVerdict(
                counts(), lateness(judged.rules().calm()), lateness(faulty()), new Lateness(comeBacks), problems);
    }

    private void lost(JobTrace trace) {
        if (trace.was(Step.ENQUEUED) && !trace.mayBeCancelled() && trace.effects == 0) {
            if (mayBeLost(trace.answeredAt())) {
                excused++;
            } else {
                problem(Check.LOST, trace.key + " was taken and had no effect");
            }
        }
    }

    /** Whether the store may have lost what it confirmed then. */
    private boolean mayBeLost(long nanos) {
        return judged.rules().losses().stream().anyMatch(window -> window.contains(nanos));
    }

    private void early(JobTrace trace, Given one, JobLine enqueuing) {
        long sent = enqueuing.nanos();
        long begun = one.begun.nanos();
        // A delay counts from when the store took the job, which was before it said so.
        long taken = trace.was(Step.ENQUEUED) ? Math.min(begun, trace.answeredAt()) : begun;
        long due = enqueuing.detail().equals(JobLine.AT)
                ? enqueuing.number() * MILLI
                : judged.time().least(sent, taken) + enqueuing.number() * MILLI;
        long missing = due - judged.time().greatest(sent, begun);
        if (missing > 0) {
            problem(Check.EARLY, one.begun + " is " + missing / 1e6 + " ms early");
        }
    }

    private void afterCancel(JobTrace trace, Given one) {
        if (one.begun.nanos() > trace.cancelledAt()) {
            if (mayBeLost(trace.cancelledAt())) {
                excused++;
            } else {
                problem(Check.AFTER_CANCEL, one.begun + " was cancelled at " + trace.cancelledAt());
            }
        }
    }

    /** The last delivery that the store made may be acknowledged, and no other. */
    private void answers(JobTrace trace) {
        long last =
                trace.given.stream().mapToLong(one -> one.begun.token()).max().orElse(0);
        for (Given one : trace.given) {
            JobLine answer = one.answer;
            if (one.answered(Step.ACKED) && trace.cancelledAt() < Long.MAX_VALUE) {
                acknowledgedAndCancelled(trace, one);
            }
            if (one.answered(Step.ACKED) && one.begun.token() < last && answer != null) {
                if (mayBeLost(answer.nanos())) {
                    excused++;
                } else {
                    problem(Check.AFTER_ACK, one.begun + " was acknowledged, and there is token " + last);
                }
            }
            // Whoever has lost data does not know the delivery.
            if (one.answered(Step.ACK_REFUSED)
                    && one.begun.token() == last
                    && !trace.mayBeCancelled()
                    && judged.rules().losses().isEmpty()) {
                problem(Check.ANSWERS, one.begun + " was refused, and nobody has it after that");
            }
        }
    }

    /** A store says yes to one of both. */
    private void acknowledgedAndCancelled(JobTrace trace, Given one) {
        if (mayBeLost(trace.cancelledAt()) || (one.answer != null && mayBeLost(one.answer.nanos()))) {
            excused++;
        } else {
            problem(Check.AFTER_CANCEL, one.begun + " was acknowledged, and cancelled at " + trace.cancelledAt());
        }
    }

    private void attempts(JobTrace trace) {
        int highest = trace.given.stream().mapToInt(Given::attempt).max().orElse(0);
        long seen = trace.given.stream().mapToInt(Given::attempt).distinct().count();
        unseen += (int) (highest - seen);
        if (highest > seen && judged.rules().allSeen()) {
            problem(Check.UNSEEN, trace.key + " was delivered " + highest + " times, of which " + seen + " were seen");
        }
    }

    /** A job is claimed after its enqueue was sent: so it has a higher token than all that had begun by then. */
    private void tokens() {
        List<Given> begun = new ArrayList<>();
        Map<Given, Long> asked = new HashMap<>();
        for (JobTrace trace : traces.values()) {
            JobLine enqueuing = trace.enqueuing();
            long before = enqueuing == null ? Long.MIN_VALUE : enqueuing.nanos();
            Map<Integer, Long> byAttempt = new HashMap<>();
            for (Given one : trace.given) {
                if (one.begun.token() != 0) {
                    begun.add(one);
                    asked.put(one, before);
                    sameJob(one, byAttempt);
                }
            }
        }
        begun.sort(Comparator.comparingLong(one -> one.begun.nanos()));
        List<Given> order = new ArrayList<>(begun);
        order.sort(Comparator.comparingLong(asked::get));
        int there = 0;
        long highest = 0;
        for (Given one : order) {
            while (there < begun.size() && begun.get(there).begun.nanos() < asked.get(one)) {
                highest = Math.max(highest, begun.get(there++).begun.token());
            }
            if (one.begun.token() <= highest) {
                problem(Check.TOKENS, one.begun + " was enqueued when somebody had token " + highest);
            }
        }
        unique(begun);
    }

    /** Whether the token rises with the attempts of a job. */
    private void sameJob(Given one, Map<Integer, Long> byAttempt) {
        byAttempt.forEach((attempt, token) -> {
            boolean later = attempt < one.attempt();
            if (attempt != one.attempt() && later == (token >= one.begun.token())) {
                problem(Check.TOKENS, one.begun + ": attempt " + attempt + " has token " + token);
            }
        });
        byAttempt.put(one.attempt(), one.begun.token());
    }

    private void unique(List<Given> begun) {
        Map<Long, Given> byToken = new HashMap<>();
        for (Given one : begun) {
            Given before = byToken.put(one.begun.token(), one);
            if (before != null) {
                problem(Check.TOKENS, before.begun + " and " + one.begun + " have one token");
            }
        }
    }

    private void staleEffects() {
        Map<String, Long> highest = new HashMap<>();
        for (Effect effect : judged.effects()) {
            if (effect.accepted()) {
                long before = highest.getOrDefault(effect.id(), 0L);
                if (effect.token() < before) {
                    problem(Check.STALE_EFFECTS, effect + " came after token " + before);
                }
                highest.put(effect.id(), Math.max(before, effect.token()));
            }
        }
    }

    /** What the process had when it was ended, or paused, and somebody else has got since. */
    private void comeBack(Death death) {
        for (JobTrace trace : traces.values()) {
            boolean had = trace.given.stream()
                    .anyMatch(one -> one.begun.process().equals(death.process())
                            && one.begun.nanos() <= death.at()
                            && (one.answer == null || one.answer.nanos() > death.at()));
            if (!had) {
                continue;
            }
            trace.given.stream()
                    .filter(one -> one.begun.nanos() > death.at()
                            && !one.begun.process().equals(death.process()))
                    .mapToLong(one -> one.begun.nanos() - death.at())
                    .min()
                    .ifPresent(nanos -> {
                        comeBacks.add(nanos / 1e6);
                        if (nanos > judged.rules().comeBack().toNanos()) {
                            problem(Check.COME_BACKS, trace.key + " of " + death + ": " + nanos / MILLI + " ms");
                        }
                    });
        }
    }

    private Window faulty() {
        return new Window(judged.rules().calm().to() + 1, Long.MAX_VALUE);
    }

    /** Of the first deliveries in a time. */
    private Lateness lateness(Window within) {
        return new Lateness(traces.values().stream()
                .filter(trace -> !trace.given.isEmpty())
                .map(trace -> trace.given.get(0).begun)
                .filter(begun -> within.contains(begun.nanos()))
                .map(begun -> begun.number() / 1e3)
                .toList());
    }

    private Counts counts() {
        int deliveries =
                traces.values().stream().mapToInt(trace -> trace.given.size()).sum();
        long jobs =
                traces.values().stream().filter(trace -> !trace.given.isEmpty()).count();
        return new Counts(
                count(trace -> trace.was(Step.ENQUEUED)),
                count(trace -> !trace.was(Step.ENQUEUED) && !trace.was(Step.REJECTED) && !trace.was(Step.NOT_ENQUEUED)),
                count(trace -> trace.was(Step.REJECTED) || trace.was(Step.NOT_ENQUEUED)),
                count(trace -> trace.cancelledAt() < Long.MAX_VALUE),
                deliveries,
                deliveries - (int) jobs,
                unseen,
                (int) judged.effects().stream()
                        .filter(effect -> !effect.accepted())
                        .count(),
                (int) judged.lines().stream()
                        .filter(line -> line.step() == Step.ACK_REFUSED)
                        .count(),
                excused);
    }

    private int count(Predicate<JobTrace> which) {
        return (int) traces.values().stream().filter(which).count();
    }

    private void problem(Check check, String what) {
        List<String> known = problems.computeIfAbsent(check, key -> new ArrayList<>());
        if (known.size() < SHOWN) {
            known.add(check + " (" + check.guarantee + "): " + what);
        }
    }
}
