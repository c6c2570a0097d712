/** Locks within one process: the reference for what every store must do, and the backend for tests and small services. */
@NullMarked
package dev.pawl.lock.memory;

import org.jspecify.annotations.NullMarked;
