/** Delayed jobs of ours and of peers on one Redis. */
@NullMarked
package dev.pawl.benchmarks.delay;

import org.jspecify.annotations.NullMarked;
