package dev.pawl.delay;

import dev.pawl.delay.spi.Answers;
import dev.pawl.delay.spi.DeadLetter;
import dev.pawl.delay.spi.JobStore;
import dev.pawl.delay.spi.Page;
import dev.pawl.delay.spi.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The dead letters of a queue: jobs that failed in their last attempt, or were given up by a handler. They stay until they are respawned
 * or purged. Thread-safe; every method blocks for the store's answer, and throws a
 * {@link dev.pawl.common.BackendException} if there is none.
 *
 * @param <T> the payload
 */
public final class DeadLetterBox<T> {

    private final DelayContext context;
    private final List<Partition> partitions;
    private final PayloadCodec<T> codec;

    DeadLetterBox(DelayContext context, List<Partition> partitions, PayloadCodec<T> codec) {
        this.context = context;
        this.partitions = partitions;
        this.codec = codec;
    }

    /**
     * A dead letter with its payload.
     *
     * @param job names the job
     * @param letter what the store knows of it
     * @param payload what it carried; empty if the codec does not understand it
     * @param headers what was added to the payload
     * @param <T> the payload
     */
    public record Letter<T>(JobHandle job, DeadLetter letter, Optional<T> payload, Map<String, String> headers) {}

    /**
     * Shows some dead letters, in no order.
     *
     * @param most how many at most, in [1, 1,000]
     * @return dead letters
     */
    public List<Letter<T>> peek(int most) {
        JobStore.requireMost(most);
        List<Letter<T>> letters = new ArrayList<>();
        for (Partition partition : partitions) {
            Optional<String> cursor = Optional.of(Page.FIRST);
            while (cursor.isPresent() && letters.size() < most) {
                String from = cursor.get();
                Page<DeadLetter> page = Requests.answer(
                        context, partition, "deadLetters", () -> context.session.deadLetters(partition, from, most));
                page.items().forEach(letter -> letters.add(read(partition, letter)));
                cursor = page.next();
            }
        }
        return letters.size() > most ? List.copyOf(letters.subList(0, most)) : letters;
    }

    /**
     * Lets a dead letter be a job again, due now, with all its attempts.
     *
     * @param job names it
     * @return true if it waits or is in flight now; false if there is no such dead letter
     */
    public boolean respawn(JobHandle job) {
        return change(job, "respawn", () -> context.session.respawn(job.partition(), List.of(job.id())));
    }

    /**
     * Removes a dead letter.
     *
     * @param job names it
     * @return true if it is gone by this call; false if there is no such dead letter, also when the answer to a first request of this
     *     call was lost
     */
    public boolean purge(JobHandle job) {
        return change(job, "purge", () -> context.session.purge(job.partition(), List.of(job.id())));
    }

    private boolean change(JobHandle job, String operation, Supplier<CompletionStage<Answers<Boolean>>> request) {
        return Requests.answer(context, job.partition(), operation, request)
                .each()
                .get(0);
    }

    private Letter<T> read(Partition partition, DeadLetter letter) {
        JobHandle job = new JobHandle(partition, letter.id());
        try {
            Envelope envelope = Envelope.of(letter.body());
            return new Letter<>(
                    job, letter, Optional.of(codec.decode(envelope.payload().bytes())), envelope.headers());
        } catch (RuntimeException e) {
            // It may be dead for just that.
            return new Letter<>(job, letter, Optional.empty(), Map.of());
        }
    }
}
