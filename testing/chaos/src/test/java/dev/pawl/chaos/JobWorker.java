package dev.pawl.chaos;

import dev.pawl.chaos.JobLine.Step;
import dev.pawl.chaos.WorkerQueue.Given;
import dev.pawl.common.Ticker;
import java.io.IOException;

/**
 * A process whose handlers let each job have its effect and acknowledge it, whatever the resource said of the token. It never looks
 * at whether its delivery is still valid: what stands between a pause and the effect that follows is the guard of the resource.
 */
public final class JobWorker {

    private final JobProcess process;

    private JobWorker(JobProcess process) {
        this.process = process;
    }

    /** Runs until the end, or until the resource is gone. */
    public static void main(String[] words) throws IOException {
        try (JobProcess process = new JobProcess(JobProcess.Order.parse(words))) {
            process.queue().consume(new JobWorker(process)::handle);
            process.untilTheEnd(pace -> {});
        }
    }

    private void handle(Given given) {
        note(given, Step.BEGUN, given.lateMicros(), String.valueOf(given.attempt()));
        process.effect(given);
        Step answer;
        try {
            answer = given.ack().get() ? Step.ACKED : Step.ACK_REFUSED;
        } catch (RuntimeException e) {
            answer = Step.ACK_UNKNOWN;
        }
        note(given, answer, 0, "-");
    }

    private void note(Given given, Step step, long number, String detail) {
        process.note(new JobLine(
                Ticker.system().nanos(), process.name(), step, given.key(), given.id(), given.token(), number, detail));
    }
}
