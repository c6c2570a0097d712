package dev.pawl.delay.spi;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What a store answers to a {@link ClaimRequest}. Immutable.
 *
 * @param jobs what was claimed, the one due earliest first, with tokens that rise in this order
 * @param expired the ids of jobs that were dropped instead, since their time to live was over
 * @param dead the ids of jobs that became dead letters instead, since the last attempt had not been answered
 * @param at the store's time
 * @param head the partition's head afterwards
 */
public record ClaimAnswer(List<ClaimedJob> jobs, List<String> expired, List<String> dead, Instant at, Head head) {

    /**
     * A job that was claimed. Immutable.
     *
     * @param id its id
     * @param token the number of this delivery, larger than each before in the partition, in [1, 2<sup>53</sup> - 1]
     * @param attempt which delivery of the job it is, beginning with 1
     * @param attempts how many there are at most
     * @param due when it was due by the store's clock; a retry or the end of a visibility timeout does not change that
     * @param body what it carries
     */
    public record ClaimedJob(String id, long token, int attempt, int attempts, Instant due, JobBody body) {

        /** Checks the numbers. */
        public ClaimedJob {
            NewJob.requireId(id);
            Receipt.requireToken(token);
            if (attempt < 1 || attempt > attempts) {
                throw new IllegalArgumentException(
                        "attempt must be in [1, attempts]: attempt=" + attempt + ", attempts=" + attempts);
            }
            Objects.requireNonNull(due, "due");
            Objects.requireNonNull(body, "body");
        }

        /**
         * Returns what the job is answered by.
         *
         * @return id and token
         */
        public Receipt receipt() {
            return new Receipt(id, token);
        }
    }

    /** Checks that nothing is missing. */
    public ClaimAnswer {
        jobs = List.copyOf(jobs);
        expired = List.copyOf(expired);
        dead = List.copyOf(dead);
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(head, "head");
    }
}
