package dev.pawl.wheel;

import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;

/** One timer of a shared wheel, the threads that use it and the driver; time stands still. For Lincheck. */
public class DriverModel {

    private static final long FAR = 1_000_000_000_000L;

    private final SharedWheel wheel;
    private final @Nullable Timer[] batch = new Timer[2];
    private final Timer timer;
    private int cancels;
    private volatile int runs;

    /** Drained by the driver alone. */
    public DriverModel() {
        this(1_000);
    }

    DriverModel(int deep) {
        wheel = new SharedWheel(new Ticks(1_000_000), () -> 0, 1, deep, () -> {});
        timer = wheel.schedule(0, () -> runs = runs + 1);
    }

    @Operation(nonParallelGroup = "users")
    public boolean cancel() {
        boolean cancelled = timer.cancel();
        if (cancelled) {
            cancels++;
        }
        return cancelled;
    }

    @Operation(nonParallelGroup = "users")
    public boolean putOff() {
        return wheel.reschedule(timer, FAR);
    }

    @Operation(nonParallelGroup = "users")
    public boolean bringForward() {
        return wheel.reschedule(timer, 0);
    }

    @Operation(nonParallelGroup = "users")
    public void scheduleAndCancelAnother() {
        wheel.schedule(FAR, () -> {}).cancel();
    }

    @Operation(nonParallelGroup = "driver")
    public void turn() {
        wheel.turn(batch, Runnable::run);
    }

    /** Fired, cancelled or pending: one of the three, when all is over. */
    @Validate
    public void itEndsOnce() {
        int pending = timer.isPending() ? 1 : 0;
        if (runs + cancels + pending != 1) {
            throw new IllegalStateException(
                    "one of three: runs=" + runs + ", cancels=" + cancels + ", pending=" + pending);
        }
    }

    /** The same, where every push drains if it can. */
    public static final class Draining extends DriverModel {

        public Draining() {
            super(1);
        }
    }
}
