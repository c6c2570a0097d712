/** The order of ids over threads, and what a close may not let through, under jcstress. Not published. */
@NullMarked
package dev.pawl.benchmarks.stress;

import org.jspecify.annotations.NullMarked;
