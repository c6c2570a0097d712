/**
 * Distributed locks whose holders carry a fencing token: mutual exclusion for as long as a lease lasts, and a number that
 * tells whoever was paused from whoever came after.
 */
@NullMarked
package dev.pawl.lock;

import org.jspecify.annotations.NullMarked;
