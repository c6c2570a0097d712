package dev.pawl.delay.memory;

import dev.pawl.delay.memory.Finished.Ending;
import dev.pawl.delay.spi.ChangeOutcome;
import dev.pawl.delay.spi.ClaimAnswer;
import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
import dev.pawl.delay.spi.ClaimRequest;
import dev.pawl.delay.spi.Dedup;
import dev.pawl.delay.spi.Due;
import dev.pawl.delay.spi.EnqueueOutcome;
import dev.pawl.delay.spi.EnqueueRequest.Limits;
import dev.pawl.delay.spi.Head;
import dev.pawl.delay.spi.JobStore;
import dev.pawl.delay.spi.Nack;
import dev.pawl.delay.spi.NewJob;
import dev.pawl.delay.spi.PartitionStats;
import dev.pawl.delay.spi.Receipt;
import dev.pawl.delay.spi.Reschedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one partition in plain code. Everything is decided at the time that was last set, and nothing runs by itself. Not
 * thread-safe.
 */
final class JobTable {

    static final String UNANSWERED = "the last attempt was not answered within its visibility timeout";

    private final JobIndex jobs = new JobIndex();
    private final DeadLetters dead = new DeadLetters();
    private final Finished finished;
    private final Claims claims;
    private boolean paused;
    private long lastToken;
    private long nowMicros;
    private long latestMicros;

    JobTable(Duration horizon) {
        finished = new Finished(horizon.toMillis());
        claims = new Claims(horizon.toMillis());
    }

    /** Sets the time for what follows, and forgets what is old. */
    void at(long micros) {
        nowMicros = micros;
        latestMicros = Math.max(latestMicros, micros);
        finished.trim(millis(), JobStore.GREATEST_BATCH);
        claims.trim(millis());
    }

    EnqueueOutcome enqueue(NewJob made, Limits limits) {
        Job known = jobs.byId.get(made.id());
        if (known == null) {
            known = dead.of(made.id());
        }
        if (finished.hasRequest(made.id(), made.request())) {
            return EnqueueOutcome.TAKEN;
        }
        if (known != null) {
            return known.request == made.request() ? EnqueueOutcome.TAKEN : EnqueueOutcome.DUPLICATE;
        }
        Job job = new Job(made, visibleAt(made.due()));
        Job holder = jobs.withKey(job.key);
        if (holder == null) {
            return add(job, null, limits);
        }
        Dedup.Mode mode = made.dedup().orElseThrow().mode();
        if (mode == Dedup.Mode.REJECT) {
            return EnqueueOutcome.DUPLICATE;
        }
        if (holder.isInFlight(millis())) {
            return add(job, null, limits);
        }
        if (mode == Dedup.Mode.KEEP_EARLIEST && holder.dueMillis <= job.dueMillis) {
            return EnqueueOutcome.DUPLICATE;
        }
        if (mode == Dedup.Mode.DEBOUNCE) {
            job.dueMillis = Math.max(job.dueMillis, holder.dueMillis);
            job.visibleMillis = job.dueMillis;
        }
        return add(job, holder, limits);
    }

    private EnqueueOutcome add(Job job, @Nullable Job replaced, Limits limits) {
        if (isFull(job, replaced, limits)) {
            return EnqueueOutcome.FULL;
        }
        if (replaced != null) {
            finish(replaced, Ending.OTHERWISE);
        }
        jobs.add(job);
        return replaced == null ? EnqueueOutcome.TAKEN : EnqueueOutcome.REPLACED;
    }

    private boolean isFull(Job job, @Nullable Job replaced, Limits limits) {
        long freed = replaced == null ? 0 : replaced.body.size();
        boolean tooMany = replaced == null && jobs.size() + dead.size() >= limits.jobs();
        return tooMany || bodyBytes() - freed + job.body.size() > limits.bodyBytes();
    }

    ClaimAnswer claim(ClaimRequest request) {
        Claims.Last last = claims.of(request.consumer());
        if (last != null && request.sequence() <= last.sequence()) {
            return claimed(request.sequence() == last.sequence() ? standing(last.given()) : List.of());
        }
        List<ClaimedJob> given = new ArrayList<>();
        List<String> expired = new ArrayList<>();
        List<String> died = new ArrayList<>();
        long bytes = 0;
        while (!paused && !jobs.byTime.isEmpty() && given.size() + expired.size() + died.size() < request.most()) {
            Job job = jobs.byTime.first();
            if (!job.isDue(millis())) {
                break;
            }
            if (job.isExpired(millis())) {
                finish(job, Ending.OTHERWISE);
                expired.add(job.id);
            } else if (job.attempt >= job.attempts) {
                die(job, UNANSWERED);
                died.add(job.id);
            } else {
                bytes += job.body.size();
                if (bytes > JobStore.GREATEST_REPLY_BYTES && !given.isEmpty()) {
                    break;
                }
                deliver(job, request.visibility());
                given.add(job.claimed());
            }
        }
        claims.put(
                request.consumer(),
                request.sequence(),
                given.stream().map(ClaimedJob::receipt).toList(),
                millis());
        return new ClaimAnswer(given, expired, died, now(), head());
    }

    private void deliver(Job job, Duration visibility) {
        lastToken = Math.max(lastToken + 1, nowMicros);
        job.token = lastToken;
        job.attempt++;
        jobs.out(job);
        jobs.move(job, after(visibility));
    }

    private List<ClaimedJob> standing(List<Receipt> given) {
        return given.stream()
                .map(this::standing)
                .flatMap(Optional::stream)
                .map(Job::claimed)
                .toList();
    }

    private Optional<Job> standing(Receipt receipt) {
        return Optional.ofNullable(jobs.byId.get(receipt.id())).filter(job -> job.stands(receipt.token()));
    }

    private ClaimAnswer claimed(List<ClaimedJob> given) {
        return new ClaimAnswer(given, List.of(), List.of(), now(), head());
    }

    boolean ack(Receipt receipt) {
        standing(receipt).ifPresent(job -> finish(job, Ending.ACKED));
        return finished.wasAcked(receipt.id(), receipt.token());
    }

    boolean nack(Nack nack) {
        Job job = jobs.byId.get(nack.receipt().id());
        if (job == null || job.token != nack.receipt().token()) {
            Job gone = dead.of(nack.receipt().id());
            return gone != null && gone.token == nack.receipt().token();
        }
        if (!job.out) {
            return true;
        }
        if (nack.kind() == Nack.Kind.GIVE_BACK) {
            job.attempt--;
        } else if (nack.kind() == Nack.Kind.DEAD_LETTER || job.attempt >= job.attempts) {
            die(job, nack.reason());
            return true;
        }
        jobs.back(job);
        jobs.move(job, after(nack.delay()));
        return true;
    }

    boolean extend(Receipt receipt, Duration visibility) {
        standing(receipt).ifPresent(job -> jobs.move(job, after(visibility)));
        return standing(receipt).isPresent();
    }

    ChangeOutcome cancel(String id) {
        Job job = jobs.byId.get(id);
        if (job == null) {
            return finished.wasCancelled(id) ? ChangeOutcome.DONE : ChangeOutcome.NOT_FOUND;
        }
        if (job.isInFlight(millis())) {
            return ChangeOutcome.IN_FLIGHT;
        }
        finish(job, Ending.CANCELLED);
        return ChangeOutcome.DONE;
    }

    ChangeOutcome reschedule(Reschedule change) {
        Job job = jobs.byId.get(change.id());
        if (job == null) {
            return ChangeOutcome.NOT_FOUND;
        }
        if (job.isInFlight(millis())) {
            return ChangeOutcome.IN_FLIGHT;
        }
        jobs.back(job);
        job.token = Job.NO_TOKEN;
        job.dueMillis = visibleAt(change.due());
        jobs.move(job, job.dueMillis);
        return ChangeOutcome.DONE;
    }

    boolean respawn(String id) {
        Job job = dead.remove(id);
        if (job == null) {
            return jobs.byId.containsKey(id);
        }
        job.key = null;
        job.attempt = 0;
        job.token = Job.NO_TOKEN;
        job.dueMillis = millis();
        job.visibleMillis = millis();
        jobs.add(job);
        return true;
    }

    boolean purge(String id) {
        Job gone = dead.remove(id);
        if (gone != null) {
            finished.add(id, gone.request, gone.token, Ending.OTHERWISE, millis());
        }
        return gone != null;
    }

    private void finish(Job job, Ending ending) {
        jobs.remove(job);
        finished.add(job.id, job.request, job.token, ending, millis());
    }

    private void die(Job job, String reason) {
        jobs.remove(job);
        dead.add(job, reason, millis());
    }

    void pause(boolean wanted) {
        paused = wanted;
    }

    boolean isPaused() {
        return paused;
    }

    JobIndex jobs() {
        return jobs;
    }

    DeadLetters dead() {
        return dead;
    }

    PartitionStats stats() {
        long due = jobs.byTime.stream().takeWhile(job -> job.isDue(millis())).count();
        int out = jobs.countOut();
        return new PartitionStats(jobs.size() - out, out, due, dead.size(), bodyBytes(), paused);
    }

    private long bodyBytes() {
        return jobs.bodyBytes() + dead.bodyBytes();
    }

    Head head() {
        return paused || jobs.byTime.isEmpty() ? Head.NONE : new Head(jobs.byTime.first().visibleMillis - millis());
    }

    /** How many jobs, dead letters, tombstones and consumers are kept. */
    long kept() {
        return 0L + jobs.size() + dead.size() + finished.size() + claims.size();
    }

    Duration clockBehind() {
        return Duration.ofNanos((latestMicros - nowMicros) * 1_000);
    }

    /** The time as far as due jobs go: rounded down, so that none is early. */
    long millis() {
        return Math.floorDiv(nowMicros, 1_000L);
    }

    private Instant now() {
        return Instant.EPOCH.plusNanos(nowMicros % 1_000_000 * 1_000).plusSeconds(nowMicros / 1_000_000);
    }

    private long after(Duration wait) {
        return visibleAt(Due.in(wait));
    }

    private long visibleAt(Due due) {
        if (due instanceof Due.At at) {
            return at.epochMillis();
        }
        long delay = ((Due.In) due).millis();
        long from = delay == 0 ? millis() : Math.floorDiv(nowMicros + 999, 1_000L);
        return Math.min(Due.GREATEST_MILLIS, from + delay);
    }
}
