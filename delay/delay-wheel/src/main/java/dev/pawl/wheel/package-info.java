/**
 * Timers on a hierarchical timing wheel: {@link dev.pawl.wheel.TimerThread} runs them on a thread of its own, {@link
 * dev.pawl.wheel.TimingWheel} is driven by its caller, with time as an argument.
 */
@NullMarked
package dev.pawl.wheel;

import org.jspecify.annotations.NullMarked;
