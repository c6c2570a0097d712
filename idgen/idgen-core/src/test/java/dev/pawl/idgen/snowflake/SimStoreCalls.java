package dev.pawl.idgen.snowflake;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.spi.WorkerLeaseStore;
import dev.pawl.idgen.spi.WorkerRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * One process's way to the store, on which requests and replies are slow, get lost, or arrive late or twice. A call takes
 * effect at a moment of its own, whether or not its process is still there, and the process learns of it when it gets the
 * reply.
 */
final class SimStoreCalls implements WorkerLeaseStore {

    private static final int READ = -1;

    private final Simulation simulation;
    private final SimProcess process;
    private final SimScheduler scheduler;
    private final SplittableRandom random;

    SimStoreCalls(Simulation simulation, SimProcess process) {
        this.simulation = simulation;
        this.process = process;
        this.scheduler = simulation.scheduler;
        this.random = simulation.random;
    }

    @Override
    public CompletionStage<List<WorkerRecord>> readAll(String space) {
        return send("readAll", simulation.store::readAll, new Answer<>() {
            @Override
            List<WorkerRecord> told(List<WorkerRecord> records) {
                return records.stream()
                        .map(record -> simulation.defect.seenByStarter(process, record))
                        .toList();
            }
        });
    }

    @Override
    public CompletionStage<Optional<WorkerRecord>> read(String space, int workerId) {
        simulation.defect.beforeRead(process);
        return send("read " + workerId, () -> simulation.store.read(workerId), new Answer<>() {
            @Override
            Optional<WorkerRecord> told(Optional<WorkerRecord> stored) {
                Optional<WorkerRecord> found = stored.map(record -> simulation.defect.read(process, record));
                found.ifPresent(process.grants::readBack);
                return found;
            }
        });
    }

    @Override
    public CompletionStage<Boolean> compareAndSet(String space, Optional<WorkerRecord> expected, WorkerRecord next) {
        simulation.ownerByIncarnation.putIfAbsent(next.incarnation(), process);
        Optional<WorkerRecord> compared = expected.map(record -> simulation.defect.compared(process, record));
        WorkerRecord written = simulation.defect.written(process, expected, next);
        String what = "write " + simulation.show(written);
        return send(
                what,
                () -> simulation.store.compareAndSet(compared, written),
                new Answer<>(next.workerId(), kindOf(expected, next)) {
                    @Override
                    Boolean told(Boolean applied) {
                        if (applied) {
                            process.grants.acknowledged(next);
                        }
                        return applied;
                    }

                    @Override
                    void untold() {
                        simulation.defect.onUnknownOutcome(process, next);
                    }
                });
    }

    @Override
    public CompletionStage<Optional<Instant>> time() {
        return send("time", simulation.store::time, new Answer<>() {
            @Override
            Optional<Instant> told(Optional<Instant> time) {
                return time;
            }
        });
    }

    @Override
    public Guarantee guarantee() {
        return new Guarantee(Level.EPHEMERAL, "this simulation");
    }

    private SimSeen kindOf(Optional<WorkerRecord> expected, WorkerRecord next) {
        if (expected.isEmpty() || !process.grants.isMine(expected.get())) {
            return SimSeen.KILLED_AT_TAKE;
        }
        return next.toTick() > expected.get().toTick() ? SimSeen.KILLED_AT_RENEWAL : SimSeen.KILLED_AT_MARK;
    }

    private <T> Answer<T> send(String what, Supplier<T> step, Answer<T> answer) {
        Supplier<T> effect = () -> {
            T result = step.get();
            simulation.log(() -> process + " " + what + (Boolean.FALSE.equals(result) ? ": refused" : ""));
            return result;
        };
        if (!simulation.isChaotic()) {
            succeed(effect, answer, delay());
        } else if (simulation.store.isDown()) {
            if (random.nextInt(4) == 0) {
                simulation.saw(SimSeen.NEVER_ANSWERED);
            } else {
                fail(answer, Outcome.NOT_APPLIED, delay());
            }
        } else if (random.nextInt(answer.written == READ ? 5_000 : 1_000) < simulation.setup.failingWrites()) {
            SimWrong wrong = SimSetup.pick(simulation.setup.wrongs(), random);
            simulation.saw(answer.written == READ ? SimSeen.READ_WENT_WRONG : SimSeen.valueOf(wrong.name()));
            goWrong(wrong, effect, answer);
        } else {
            succeed(effect, answer, delay());
        }
        return answer;
    }

    private <T> void goWrong(SimWrong wrong, Supplier<T> effect, Answer<T> answer) {
        switch (wrong) {
            case REFUSED_BEFORE_EFFECT -> fail(answer, Outcome.NOT_APPLIED, delay());
            case NEVER_APPLIED -> fail(answer, Outcome.UNKNOWN, delay());
            case APPLIED_LATE -> {
                fail(answer, Outcome.UNKNOWN, delay());
                later(effect, answer);
            }
            case REPLY_LOST ->
                scheduler.after(delay(), () -> {
                    effect.get();
                    fail(answer, Outcome.UNKNOWN, delay());
                });
            case APPLIED_TWICE -> {
                succeed(effect, answer, 0);
                scheduler.after(1, () -> later(effect, answer));
            }
            case SLOW_ANSWER -> succeed(effect, answer, random.nextInt(2_500));
            case KILLED_BEFORE_EFFECT -> {
                simulation.saw(answer.killed);
                scheduler.after(delay(), process::kill);
            }
            case KILLED_AFTER_EFFECT -> {
                simulation.saw(answer.killed);
                scheduler.after(delay(), () -> {
                    effect.get();
                    process.kill();
                });
            }
            case PAUSED_IN_STORE_CALL -> {
                succeed(effect, answer, delay());
                process.pause();
            }
        }
    }

    /** After some time, or right after the worker id's next change of its owner, when a late write does the most harm. */
    private void later(Supplier<?> effect, Answer<?> answer) {
        if (random.nextBoolean()) {
            simulation.store.holdUp(answer.written, effect::get);
        } else {
            scheduler.after(random.nextInt(6_000), effect::get);
        }
    }

    private <T> void succeed(Supplier<T> effect, Answer<T> answer, int millis) {
        scheduler.after(millis, () -> {
            T result = effect.get();
            scheduler.after(delay(), () -> answer.complete(result));
        });
    }

    private void fail(Answer<?> answer, Outcome outcome, int millis) {
        scheduler.after(
                millis, () -> answer.completeExceptionally(new BackendException("the call failed", outcome, null)));
    }

    private int delay() {
        return random.nextInt(4) * random.nextInt(4);
    }

    /** A reply; whoever waits for it runs the simulation meanwhile. */
    private abstract class Answer<T> extends CompletableFuture<T> {

        private final int written;

        private final SimSeen killed;

        Answer() {
            this(READ, SimSeen.KILLED_AT_READ);
        }

        Answer(int written, SimSeen killed) {
            this.written = written;
            this.killed = killed;
        }

        /** The process gets the reply. */
        abstract T told(T result);

        /** The process does not learn what came of its call. */
        void untold() {}

        @Override
        public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
            scheduler.run(
                    unit.toMillis(timeout), () -> isDone() || process.hasEnded() || process.thread.isInterrupted());
            process.resume();
            if (process.thread.isInterrupted()) {
                throw new InterruptedException();
            }
            if (!isDone()) {
                simulation.saw(SimSeen.CALL_TIMED_OUT);
                untold();
                throw new TimeoutException();
            }
            if (isCompletedExceptionally()) {
                untold();
            }
            return told(super.get());
        }
    }
}
