package dev.pawl.chaos;

import dev.pawl.chaos.JobEffects.Effect;
import dev.pawl.chaos.LockVerdict.Death;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The judgement over a history of jobs and the effects that they had.
 *
 * @param counts what there was
 * @param calm how late first deliveries were before the first fault, once the processes had begun
 * @param faulty how late they were from then on
 * @param comeBacks from the end of a worker, or its pause, to the next delivery of what it had
 * @param problems sentences by what they are about; the first few of each
 */
record JobVerdict(
        Counts counts, Lateness calm, Lateness faulty, Lateness comeBacks, Map<Check, List<String>> problems) {

    /** What is asked of a history, with the guarantee that is broken if the answer is wrong. */
    enum Check {
        /** Every job that was taken, and not cancelled, has had its effect. */
        LOST("D1, D8"),
        /** No job is delivered before it is due by the store's clock. */
        EARLY("D2"),
        /** What is delivered is what somebody enqueued, and the store has not refused it. */
        UNEXPECTED("D1"),
        /** After an accepted acknowledgement there is no later delivery. */
        AFTER_ACK("D3"),
        /** An acknowledgement is refused if there is a later delivery, and only then. */
        ANSWERS("D3"),
        /** A later delivery has a higher token, of the same job and of others. */
        TOKENS("D4"),
        /** At the resource no lower token passes after a higher one. */
        STALE_EFFECTS("D4"),
        /** After a confirmed cancel there is no delivery. */
        AFTER_CANCEL("D5"),
        /** What a dead or paused worker had is another's in time. */
        COME_BACKS("D6"),
        /** Every delivery that the store counted has come to somebody. */
        UNSEEN("D3");

        final String guarantee;

        Check(String guarantee) {
            this.guarantee = guarantee;
        }
    }

    /**
     * Numbers of a round.
     *
     * @param taken jobs whose enqueue was confirmed
     * @param unknown jobs whose enqueue had no answer
     * @param rejected jobs that were refused
     * @param cancelled jobs whose cancel was confirmed
     * @param deliveries what workers began
     * @param duplicates how many of them were not the first of their job
     * @param unseen attempts that the store counted and no worker began
     * @param refusedEffects effects that the guard refused
     * @param refusedAcks acknowledgements that the store refused
     * @param excused what a loss of data explains: jobs that are gone, and jobs that came back
     */
    record Counts(
            int taken,
            int unknown,
            int rejected,
            int cancelled,
            int deliveries,
            int duplicates,
            int unseen,
            int refusedEffects,
            int refusedAcks,
            int excused) {}

    /** Milliseconds, in rising order. */
    record Lateness(List<Double> millis) {

        Lateness {
            millis = millis.stream().sorted().toList();
        }

        /** The value below which so much of all is. */
        double quantile(double part) {
            return millis.isEmpty() ? 0 : millis.get((int) Math.min(millis.size() - 1L, (long) (part * millis.size())));
        }

        double max() {
            return quantile(1);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "p50 %.1f p99 %.1f max %.1f ms of %d",
                    quantile(0.5),
                    quantile(0.99),
                    max(),
                    millis.size());
        }
    }

    /**
     * A time in which what the store confirmed may be lost.
     *
     * @param from its begin
     * @param to its end
     */
    record Window(long from, long to) {
        boolean contains(long nanos) {
            return from <= nanos && nanos <= to;
        }
    }

    /**
     * What is to be judged.
     *
     * @param lines the history
     * @param effects what arrived at the resource
     * @param deaths whom the faults have ended or paused
     * @param time the store's clock
     * @param rules what else is known of the round
     */
    record Case(List<JobLine> lines, List<Effect> effects, List<Death> deaths, StoreTime time, Rules rules) {}

    /**
     * What is known of a round.
     *
     * @param calm when the processes had begun, and when the first fault came
     * @param comeBack within which time what a dead worker had is another's
     * @param losses when the store may have lost what it confirmed
     * @param allSeen whether nothing in it explains a delivery that came to nobody
     */
    record Rules(Window calm, Duration comeBack, List<Window> losses, boolean allSeen) {}

    static JobVerdict of(Case judged) {
        return new JobJudge(judged).verdict();
    }

    List<String> problems(Check check) {
        return problems.getOrDefault(check, List.of());
    }

    /** In one line. */
    String summary() {
        return counts + ", late before faults " + calm + ", with faults " + faulty + ", come-backs " + comeBacks
                + ", problems " + new ArrayList<>(problems.keySet());
    }
}
