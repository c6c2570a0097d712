package dev.pawl.wheel;

import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;

/** One timer that many threads use at once. The driver turns when it is woken and at no other time. For Lincheck. */
public class UsersModel {

    private static final long FAR = 1_000_000_000_000L;

    private final SharedWheel wheel;
    private final @Nullable Timer[] batch = new Timer[2];
    private final Timer timer;
    private final AtomicInteger cancels = new AtomicInteger();
    private volatile int runs;

    /** Drained by the driver alone. */
    public UsersModel() {
        this(1_000);
    }

    UsersModel(int deep) {
        wheel = new SharedWheel(new Ticks(1_000_000), () -> 0, 1, deep, this::drive);
        timer = wheel.schedule(FAR, () -> runs = runs + 1);
        drive();
    }

    private synchronized void drive() {
        do {
            wheel.awake();
            wheel.turn(batch, Runnable::run);
        } while (wheel.rest() <= 0);
    }

    // None gives an answer: what it were would hang on when the driver runs, which is no operation here.

    @Operation
    public void cancel() {
        if (timer.cancel()) {
            cancels.incrementAndGet();
        }
    }

    @Operation
    public void putOff() {
        wheel.reschedule(timer, FAR);
    }

    @Operation
    public void bringForward() {
        wheel.reschedule(timer, 0);
    }

    @Operation
    public void scheduleAndCancelAnother() {
        wheel.schedule(FAR, () -> {}).cancel();
    }

    /** What is due has been run for a wake-up, nothing is lost and nothing left behind. */
    @Validate
    public void nothingIsForgotten() {
        int before = runs;
        boolean wasPending = timer.isPending();
        wheel.awake();
        wheel.turn(batch, Runnable::run);
        wheel.rest();
        if (runs != before) {
            throw new IllegalStateException("what was due must have been woken for: runs=" + runs);
        }
        if (runs + cancels.get() + (wasPending ? 1 : 0) != 1) {
            throw new IllegalStateException(
                    "one of three: runs=" + runs + ", cancels=" + cancels + ", pending=" + wasPending);
        }
        if (wheel.placed() != (wasPending ? 1 : 0) || wheel.waiting() != 0) {
            throw new IllegalStateException(
                    "pending is what is placed: placed=" + wheel.placed() + ", waiting=" + wheel.waiting());
        }
    }

    /** The same, where every push drains if it can. */
    public static final class Draining extends UsersModel {

        public Draining() {
            super(1);
        }
    }
}
