/** The timing wheel beside other timers. {@link dev.pawl.benchmarks.wheel.WheelBench} runs all. Not published. */
@NullMarked
package dev.pawl.benchmarks.wheel;

import org.jspecify.annotations.NullMarked;
