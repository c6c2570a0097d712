package dev.pawl.chaos;

import dev.pawl.chaos.GuardedCounter.Access;
import dev.pawl.chaos.HistoryLine.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The judgement over a history and the counter behind it.
 *
 * @param grants how many grants there were
 * @param written how many writes the counter let through
 * @param lost how many of them its number does not show
 * @param refused how many reads and writes the guard refused
 * @param overlaps how many grants began while another one was believed to be valid
 * @param takeOvers from the end of a process, or its pause, to the next grant of another, in milliseconds
 * @param problems sentences by what they are about; the first few of each
 */
record LockVerdict(
        int grants,
        long written,
        long lost,
        long refused,
        int overlaps,
        List<Long> takeOvers,
        Map<Check, List<String>> problems) {

    private static final int SHOWN = 5;

    /** The part of a token that counts hand-overs within a process. */
    private static final long HAND_OVER = 1023;

    /** What is asked of a history. */
    enum Check {
        /** The number is the count of the writes that were let through, which are those that the workers know of. */
        UPDATES,
        /** Whoever comes to the resource never shows a lower token than one before him. */
        ORDER_AT_THE_RESOURCE,
        /** No token is given twice, and whom the store grants has a higher one than all who had theirs when he asked. */
        TOKENS,
        /**
         * The same for whoever is handed the lock by another thread of his process. It rests on disjoint intervals: a process
         * that does not know yet that it has lost the lock hands over what is stale.
         */
        HAND_OVERS,
        /** No two handles are valid at the same time. */
        INTERVALS,
        /** A dead or paused holder's lock is another's in time. */
        TAKE_OVERS
    }

    /**
     * A process that was ended, or paused.
     *
     * @param process which
     * @param at when it ran its last instruction at the latest
     * @param killed whether for good
     */
    record Death(String process, long at, boolean killed) {}

    /**
     * What is to be judged.
     *
     * @param lines the history
     * @param accesses what the counter let through
     * @param number what the counter shows at the end
     * @param deaths whom the faults have ended or paused
     * @param takeOver within which time the lock of a dead holder is another's
     */
    record Case(List<HistoryLine> lines, List<Access> accesses, long number, List<Death> deaths, Duration takeOver) {}

    /** One grant as its holder saw it. */
    private static final class Grant {

        private final String process;
        private final String key;
        private long token;
        private long acquiring;
        private long acquired;
        private long validUntil;
        private long end = Long.MAX_VALUE;

        Grant(HistoryLine line) {
            process = line.process();
            key = line.key();
            acquiring = line.nanos();
        }

        boolean granted() {
            return acquired != 0;
        }

        long validTo() {
            return Math.min(validUntil, end);
        }

        void add(HistoryLine line) {
            validUntil = Math.max(validUntil, line.validUntil());
            switch (line.step()) {
                case ACQUIRED -> {
                    acquired = line.nanos();
                    token = line.token();
                }
                case RELEASING, LOST -> end = Math.min(end, line.nanos());
                default -> {}
            }
        }
    }

    static LockVerdict of(Case judged) {
        return new Judge(judged).verdict();
    }

    List<String> problems(Check check) {
        return problems.getOrDefault(check, List.of());
    }

    /** In one line. */
    String summary() {
        return grants + " grants, " + written + " writes, " + lost + " lost, " + refused + " refused, " + overlaps
                + " overlaps, take-over max "
                + takeOvers.stream().mapToLong(Long::longValue).max().orElse(0) + " ms of " + takeOvers.size();
    }

    private static final class Judge {

        private final Case judged;
        private final List<Grant> grants = new ArrayList<>();
        private final Map<Check, List<String>> problems = new EnumMap<>(Check.class);
        private final List<Long> takeOvers = new ArrayList<>();
        private int overlaps;

        Judge(Case judged) {
            this.judged = judged;
            Map<String, Grant> byKey = new LinkedHashMap<>();
            for (HistoryLine line : judged.lines) {
                if (line.step() == Step.ACQUIRING) {
                    byKey.put(line.key(), new Grant(line));
                } else if (line.step() != Step.FAILED) {
                    byKey.get(line.key()).add(line);
                }
            }
            byKey.values().stream().filter(Grant::granted).forEach(grants::add);
            grants.sort(Comparator.comparingLong(grant -> grant.acquired));
            for (Death death : judged.deaths) {
                grants.stream()
                        .filter(grant -> death.killed && grant.process.equals(death.process))
                        .forEach(grant -> grant.end = Math.min(grant.end, death.at));
            }
        }

        LockVerdict verdict() {
            updates();
            orderAtTheResource();
            if (grants.stream().anyMatch(grant -> grant.token != 0)) {
                tokens();
            }
            intervals();
            judged.deaths.forEach(this::takeOver);
            long written = judged.accesses.stream().filter(Access::write).count();
            long refused = judged.lines.stream()
                    .filter(line -> line.step() == Step.WRITE_REFUSED || line.step() == Step.READ_REFUSED)
                    .count();
            return new LockVerdict(
                    grants.size(), written, written - judged.number, refused, overlaps, takeOvers, problems);
        }

        private void updates() {
            Set<String> applied = new HashSet<>();
            judged.accesses.stream().filter(Access::write).forEach(access -> applied.add(access.key()));
            if (judged.number != applied.size()) {
                problem(Check.UPDATES, "number=" + judged.number + ", writes=" + applied.size());
            }
            for (HistoryLine line : judged.lines) {
                boolean known = line.step() == Step.WRITTEN;
                if ((known || line.step() == Step.WRITE_REFUSED) && known != applied.contains(line.key())) {
                    problem(Check.UPDATES, "the worker and the counter disagree: " + line);
                }
            }
        }

        private void orderAtTheResource() {
            long highest = 0;
            for (Access access : judged.accesses) {
                if (access.token() < highest) {
                    problem(Check.ORDER_AT_THE_RESOURCE, access + " came after token " + highest);
                }
                highest = Math.max(highest, access.token());
            }
        }

        private void tokens() {
            Map<Long, Grant> byToken = new HashMap<>();
            for (Grant grant : grants) {
                Grant before = byToken.put(grant.token, grant);
                if (before != null) {
                    problem(Check.TOKENS, before.key + " and " + grant.key + " have token " + grant.token);
                }
            }
            // By the time of asking: the highest token among the grants that were there by then.
            List<Grant> asked = new ArrayList<>(grants);
            asked.sort(Comparator.comparingLong(grant -> grant.acquiring));
            int there = 0;
            long highest = 0;
            for (Grant grant : asked) {
                while (there < grants.size() && grants.get(there).acquired < grant.acquiring) {
                    highest = Math.max(highest, grants.get(there++).token);
                }
                if (grant.token <= highest) {
                    boolean handedOver = (grant.token & HAND_OVER) != 0;
                    problem(
                            handedOver ? Check.HAND_OVERS : Check.TOKENS,
                            grant.key + " was granted " + grant.token + " after " + highest);
                }
            }
        }

        private void intervals() {
            Grant longest = null;
            for (Grant grant : grants) {
                if (longest != null && grant.acquired < longest.validTo()) {
                    overlaps++;
                    problem(
                            Check.INTERVALS,
                            grant.key + " (" + grant.token + ") was granted "
                                    + millis(longest.validTo() - grant.acquired) + " ms before the end of "
                                    + longest.key + " (" + longest.token + ")");
                }
                if (longest == null || grant.validTo() > longest.validTo()) {
                    longest = grant;
                }
            }
        }

        private void takeOver(Death death) {
            long next = grants.stream()
                    .filter(grant -> grant.acquired > death.at && !grant.process.equals(death.process))
                    .mapToLong(grant -> grant.acquired)
                    .min()
                    .orElse(Long.MAX_VALUE);
            long taken = millis(next - death.at);
            takeOvers.add(taken);
            if (taken > judged.takeOver.toMillis()) {
                problem(Check.TAKE_OVERS, "after " + death + ": " + taken + " ms");
            }
        }

        private static long millis(long nanos) {
            return nanos / 1_000_000;
        }

        private void problem(Check check, String what) {
            List<String> known = problems.computeIfAbsent(check, key -> new ArrayList<>());
            if (known.size() < SHOWN) {
                known.add(check + ": " + what);
            }
        }
    }
}
