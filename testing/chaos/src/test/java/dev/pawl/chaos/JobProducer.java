package dev.pawl.chaos;

import dev.pawl.chaos.JobLine.Step;
import dev.pawl.chaos.WorkerQueue.Fate;
import dev.pawl.chaos.WorkerQueue.Job;
import dev.pawl.common.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A process that enqueues jobs at a given pace, and cancels some of them about when they are due. Of the jobs that are not cancelled, ids
 * come back after a while.
 */
public final class JobProducer {

    private static final int MOST_UNDER_WAY = 2_000;
    private static final int IDS = 8_192;
    private static final int LONGEST_DELAY_MILLIS = 1_000;
    private static final Duration TICK = Duration.ofMillis(5);

    private final JobProcess process;
    private final Random random = new Random();
    private final Semaphore underWay = new Semaphore(MOST_UNDER_WAY);
    private final ScheduledExecutorService cancels = Executors.newScheduledThreadPool(2);
    private volatile int perSecond;
    private volatile boolean ending;
    private long made;

    private JobProducer(JobProcess process) {
        this.process = process;
    }

    /** Runs until the end, or until the resource is gone. */
    public static void main(String[] words) throws IOException, InterruptedException {
        try (JobProcess process = new JobProcess(JobProcess.Order.parse(words))) {
            JobProducer producer = new JobProducer(process);
            Thread producing = new Thread(producer::produce, "produces");
            producing.start();
            process.untilTheEnd(pace -> producer.perSecond = pace);
            producer.ending = true;
            producing.join();
            producer.underWay.acquire(MOST_UNDER_WAY);
            producer.cancels.shutdown();
            if (!producer.cancels.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("cancels have not ended");
            }
        }
    }

    private void produce() {
        double owed = 0;
        long before = Ticker.system().nanos();
        while (!ending) {
            Await.pass(TICK);
            long now = Ticker.system().nanos();
            owed += perSecond * (now - before) / 1e9;
            before = now;
            while (owed >= 1 && underWay.tryAcquire()) {
                owed--;
                enqueue(next());
            }
            owed = Math.min(owed, 1); // what the store did not take in time is not made up for
        }
    }

    private Job next() {
        long number = ++made;
        String key = process.name() + "-" + number;
        int drawn = random.nextInt(100);
        long delay = drawn < 40 ? 0 : 1 + random.nextInt(LONGEST_DELAY_MILLIS);
        long due = drawn < 90 ? 0 : Instant.now().toEpochMilli() + delay;
        boolean toBeCancelled = delay > 0 && drawn < 44;
        return new Job(key, toBeCancelled ? key + "-c" : process.name() + "-" + number % IDS, delay, due);
    }

    private void enqueue(Job job) {
        boolean at = job.dueMillis() > 0;
        process.note(new JobLine(
                Ticker.system().nanos(),
                process.name(),
                Step.ENQUEUING,
                job.key(),
                job.id(),
                0,
                at ? job.dueMillis() : job.delayMillis(),
                at ? JobLine.AT : JobLine.AFTER));
        if (job.id().endsWith("-c")) {
            long when = Math.max(0, job.delayMillis() - 5 + random.nextInt(10));
            cancels.schedule(() -> cancel(job), when, TimeUnit.MILLISECONDS);
        }
        process.queue().enqueue(job).whenComplete((fate, failure) -> {
            process.note(job, step(failure == null ? fate : Fate.UNKNOWN));
            underWay.release();
        });
    }

    private static Step step(Fate fate) {
        return switch (fate) {
            case TAKEN -> Step.ENQUEUED;
            case DUPLICATE -> Step.REJECTED;
            case NOT_APPLIED -> Step.NOT_ENQUEUED;
            case UNKNOWN -> Step.ENQUEUE_UNKNOWN;
        };
    }

    private void cancel(Job job) {
        process.note(job, Step.CANCELLING);
        try {
            process.note(job, process.queue().cancel(job) ? Step.CANCELLED : Step.NOT_CANCELLED);
        } catch (RuntimeException e) {
            process.note(job, Step.CANCEL_UNKNOWN);
        }
    }
}
