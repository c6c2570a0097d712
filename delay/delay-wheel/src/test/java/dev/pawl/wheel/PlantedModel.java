package dev.pawl.wheel;

import org.jetbrains.lincheck.datastructures.Operation;

/** A timer whose firing and cancelling look first and write then. Lincheck must find out. */
public final class PlantedModel {

    private volatile boolean pending = true;
    private volatile int runs;

    @Operation
    public boolean cancel() {
        if (!pending) {
            return false;
        }
        pending = false;
        return true;
    }

    @Operation(nonParallelGroup = "driver")
    public void turn() {
        if (pending) {
            pending = false;
            runs = runs + 1;
        }
    }

    @Operation
    public int runs() {
        return runs;
    }
}
