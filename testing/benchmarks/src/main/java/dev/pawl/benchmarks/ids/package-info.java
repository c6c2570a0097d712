/** Id generators beside their peers. {@link dev.pawl.benchmarks.ids.IdsBench} runs them all. Not published. */
@NullMarked
package dev.pawl.benchmarks.ids;

import org.jspecify.annotations.NullMarked;
