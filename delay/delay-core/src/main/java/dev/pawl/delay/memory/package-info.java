/** Delayed jobs within one process: the reference for what every store must do, and the store for tests and small services. */
@NullMarked
package dev.pawl.delay.memory;

import org.jspecify.annotations.NullMarked;
