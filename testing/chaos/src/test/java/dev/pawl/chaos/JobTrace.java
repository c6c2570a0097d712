package dev.pawl.chaos;

import dev.pawl.chaos.JobLine.Step;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that happened to one job, by its key. For use by one thread. */
final class JobTrace {

    final String key;
    final List<Given> given = new ArrayList<>();
    int effects;
    private @Nullable JobLine enqueuing;
    private @Nullable JobLine fate;
    private @Nullable JobLine cancel;

    /** One delivery, as its worker saw it. */
    static final class Given {

        final JobLine begun;

        @Nullable
        JobLine answer;

        Given(JobLine begun) {
            this.begun = begun;
        }

        boolean answered(Step step) {
            return answer != null && answer.step() == step;
        }

        int attempt() {
            return Integer.parseInt(begun.detail());
        }
    }

    JobTrace(String key) {
        this.key = key;
    }

    void add(JobLine line) {
        switch (line.step()) {
            case ENQUEUING -> enqueuing = line;
            case ENQUEUED, REJECTED, NOT_ENQUEUED, ENQUEUE_UNKNOWN -> fate = line;
            // A producer that is killed behind CANCELLING has cancelled it, or not.
            case CANCELLING, CANCELLED, CANCEL_UNKNOWN -> cancel = line;
            case NOT_CANCELLED -> cancel = null;
            case BEGUN -> given.add(new Given(line));
            case ACKED, ACK_REFUSED, ACK_UNKNOWN -> answer(line);
            default -> {}
        }
    }

    /** A process that handles two deliveries of a job tells them apart by their tokens. */
    private void answer(JobLine line) {
        for (int i = given.size() - 1; i >= 0; i--) {
            Given one = given.get(i);
            if (one.answer == null && one.begun.process().equals(line.process()) && one.begun.token() == line.token()) {
                one.answer = line;
                return;
            }
        }
        throw new IllegalArgumentException("an answer without a delivery: " + line);
    }

    /** Whether anybody has ever asked for it. */
    @Nullable
    JobLine enqueuing() {
        return enqueuing;
    }

    boolean was(Step step) {
        return fate != null && fate.step() == step;
    }

    /** When its enqueue was answered, or never. */
    long answeredAt() {
        return fate == null ? Long.MAX_VALUE : fate.nanos();
    }

    /** Whether it may never be delivered, and nobody may complain. */
    boolean mayBeCancelled() {
        return cancel != null;
    }

    /** From when on it must not be delivered, or never. */
    long cancelledAt() {
        return cancel != null && cancel.step() == Step.CANCELLED ? cancel.nanos() : Long.MAX_VALUE;
    }
}
