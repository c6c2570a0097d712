package dev.pawl.wheel;

/** What a timer belongs to. */
abstract sealed class TimerOwner permits TimingWheel, SharedWheel {

    /** Cancels one of its timers; false if it is no longer pending. */
    abstract boolean cancel(Timer timer);

    final void requireOwn(Timer timer) {
        if (timer.owner != this) {
            throw new IllegalArgumentException("timer must be one of this wheel: timer=" + timer);
        }
    }
}
