/** The timing wheel beside other timers: pairs of schedule and cancel, memory, expiry, lateness, rest. */
package dev.pawl.benchmarks.wheel;
