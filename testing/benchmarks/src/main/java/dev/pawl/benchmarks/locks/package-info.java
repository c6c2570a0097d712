/** Locks beside Redisson's and Spring Integration's, and beside the bare commands, on one Redis. */
@NullMarked
package dev.pawl.benchmarks.locks;

import org.jspecify.annotations.NullMarked;
