/** What the benchmarks share: spreads of repeated measurements and how a result is printed. Not published. */
@NullMarked
package dev.pawl.benchmarks;

import org.jspecify.annotations.NullMarked;
