package dev.pawl.delay;

import dev.pawl.delay.spi.ClaimAnswer;
import dev.pawl.delay.spi.ClaimRequest;
import dev.pawl.delay.spi.Head;
import dev.pawl.delay.spi.JobStore;
import dev.pawl.delay.spi.Partition;
import dev.pawl.delay.spi.PartitionState;
import dev.pawl.delay.spi.Presence;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one consumer gets the jobs of one partition.
 *
 * <p>It knows a time at which something may be due. Whatever it hears, a hint, an answer to an enqueue, the state that comes with each sign of life,
 * can only put this time forward; only the sending of a claim or of a look, whose answer tells anew, takes it back. So
 * nothing that is heard late can undo what was heard before.
 *
 * <p>At that time the first in the ranking claims. The others wait a little for it, look whether the job is still there, and then claim too.
 *
 * <p>All steps run one after the other in {@link #steps}; the fields belong to them.
 */
final class Feed {

    private static final long NEVER = Long.MAX_VALUE;
    private static final long GREATEST_MILLIS = NEVER / 4_000_000;

    private final DelayContext context;
    private final Partition partition;
    private final String consumer;
    private final ConsumerOptions options;
    private final Intake intake;
    private final Serial steps = new Serial();

    private long headAt = NEVER;
    private long waitNanos;
    private long timerAt = NEVER;
    private Timers.@Nullable Timer timer;
    private Timers.@Nullable Timer pulse;
    private boolean busy;
    private boolean goesOn;
    private boolean closed;
    private boolean saidAccepting;
    private boolean watched;
    private int failures;
    private long sequence;

    /** Where the jobs go. */
    interface Intake {

        /** Takes room for jobs: as much as there is, or nothing if it is not worth a claim. */
        int reserve(int most);

        /** When there may be room again without anybody having given some back. */
        long roomInNanos();

        /** Whether there may be room. */
        boolean isAccepting();

        /** Takes the jobs in, and gives the rest of the room back. */
        void take(Partition partition, ClaimAnswer answer, long sentAt, int reserved);
    }

    Feed(DelayContext context, Partition partition, String consumer, ConsumerOptions options, Intake intake) {
        this.context = context;
        this.partition = partition;
        this.consumer = consumer;
        this.options = options;
        this.intake = intake;
    }

    Partition partition() {
        return partition;
    }

    void begin() {
        context.add(this);
        steps.execute(this::beat);
    }

    /** Without hints the pulse finds what is due, so nothing waits for this; it is tried again with each beat. */
    private void watch() {
        watched = true;
        Requests.once(() -> context.session.watch(partition))
                .whenComplete((ready, failure) -> steps.execute(() -> {
                    if (failure == null) {
                        // What came before the messages did.
                        announce();
                    } else if (!closed) {
                        watched = false;
                        context.tell(new DelayEvent.RequestFailed(partition, "watch", Requests.unwrapped(failure)));
                    }
                }));
    }

    /** Somebody says that something is due then. */
    void hint(Head head) {
        long heardAt = context.nanos();
        steps.execute(() -> {
            hear(head, heardAt);
            evaluate();
        });
    }

    /** Messages may have been lost. */
    void lookSoon() {
        steps.execute(this::announce);
    }

    /** There may be room again. */
    void room() {
        steps.execute(this::evaluate);
    }

    /** Claims nothing more. What is under way goes to the intake. */
    void close() {
        steps.execute(() -> {
            closed = true;
            cancel(timer);
            cancel(pulse);
            context.remove(this);
            say(false, Duration.ZERO);
        });
    }

    private void beat() {
        if (closed) {
            return;
        }
        if (!watched) {
            watch();
        }
        announce();
        pulse = context.timers().schedule(options.maxPoll().toNanos() / 3, () -> steps.execute(this::beat));
    }

    private void announce() {
        if (!closed) {
            say(intake.isAccepting(), options.maxPoll());
        }
    }

    private void say(boolean accepting, Duration lasting) {
        saidAccepting = accepting;
        Presence presence = new Presence(consumer, accepting, lasting);
        Requests.once(() -> context.session.announce(partition, presence)).whenComplete((state, failure) -> {
            long heardAt = context.nanos();
            steps.execute(() -> {
                if (failure == null) {
                    learn(state, heardAt);
                } else if (!closed) {
                    context.tell(new DelayEvent.RequestFailed(partition, "announce", Requests.unwrapped(failure)));
                }
            });
        });
    }

    private void learn(PartitionState state, long heardAt) {
        if (closed) {
            return;
        }
        waitNanos = Ranking.waitNanos(partition, consumer, state.accepting());
        if (!state.clockBehind().isZero()) {
            context.tell(new DelayEvent.ClockBehind(partition, state.clockBehind()));
        }
        hear(state.head(), heardAt);
        evaluate();
    }

    /** Only ever sooner. */
    private void hear(Head head, long heardAt) {
        if (head.exists()) {
            long millis = Math.max(-GREATEST_MILLIS, Math.min(head.dueInMillis(), GREATEST_MILLIS));
            headAt = Math.min(headAt, heardAt + millis * 1_000_000);
        }
    }

    private void evaluate() {
        if (closed || busy || headAt == NEVER) {
            return;
        }
        long now = context.nanos();
        // Whoever was given all it asked for goes on, and leaves nothing of a backlog to those behind.
        long wait = goesOn ? 0 : waitNanos;
        if (now < headAt + wait) {
            arm(headAt + wait);
            return;
        }
        int reserved = intake.reserve(JobStore.GREATEST_BATCH);
        if (reserved == 0) {
            leaveRanking(now);
        } else if (wait == 0) {
            claim(reserved);
        } else {
            look(reserved);
        }
    }

    private void leaveRanking(long now) {
        long room = intake.roomInNanos();
        if (room != NEVER) {
            arm(now + room);
        } else if (saidAccepting && !intake.isAccepting()) {
            announce();
        }
    }

    /** Whether those before have left it there. */
    private void look(int reserved) {
        busy = true;
        headAt = NEVER;
        Requests.once(() -> context.session.look(partition)).whenComplete((state, failure) -> {
            long heardAt = context.nanos();
            steps.execute(() -> {
                busy = false;
                if (failure != null) {
                    intake.take(partition, nothing(), heardAt, reserved);
                    failed("look", failure);
                    return;
                }
                hear(state.head(), heardAt);
                if (!closed && headAt <= heardAt - waitNanos) {
                    claim(reserved);
                } else {
                    intake.take(partition, nothing(), heardAt, reserved);
                    evaluate();
                }
            });
        });
    }

    private void claim(int reserved) {
        busy = true;
        headAt = NEVER;
        ClaimRequest request = new ClaimRequest(partition, consumer, ++sequence, reserved, options.visibility());
        Requests.repeated(context, partition, "claim", () -> context.session.claim(request))
                .whenComplete((sent, failure) -> {
                    long heardAt = context.nanos();
                    steps.execute(() -> {
                        busy = false;
                        if (failure != null) {
                            // Whatever the store has given is visible again after its timeout.
                            intake.take(partition, nothing(), heardAt, reserved);
                            failed("claim", failure);
                            return;
                        }
                        failures = 0;
                        goesOn = sent.answer().jobs().size() == reserved;
                        intake.take(partition, sent.answer(), sent.firstSentAt(), reserved);
                        hear(sent.answer().head(), heardAt);
                        evaluate();
                    });
                });
    }

    private void failed(String operation, Throwable failure) {
        if (closed) {
            return;
        }
        context.tell(new DelayEvent.RequestFailed(partition, operation, Requests.unwrapped(failure)));
        headAt = Math.min(headAt, context.nanos() + context.retryNanos(++failures));
        evaluate();
    }

    private static ClaimAnswer nothing() {
        return new ClaimAnswer(List.of(), List.of(), List.of(), Instant.EPOCH, Head.NONE);
    }

    /** The timer is only ever set sooner; one that comes too soon sets the next. */
    private void arm(long at) {
        if (timer != null && timerAt <= at) {
            return;
        }
        cancel(timer);
        timerAt = at;
        timer = context.timers()
                .schedule(
                        Math.max(0, at - context.nanos()),
                        () -> steps.execute(() -> {
                            timer = null;
                            timerAt = NEVER;
                            evaluate();
                        }));
    }

    private static void cancel(Timers.@Nullable Timer pending) {
        if (pending != null) {
            pending.cancel();
        }
    }
}
