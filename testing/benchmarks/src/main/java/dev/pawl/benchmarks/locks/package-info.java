/** Locks beside those of others, and beside the bare commands, on the same servers. */
@NullMarked
package dev.pawl.benchmarks.locks;

import org.jspecify.annotations.NullMarked;
