/** Delayed jobs: never delivered before they are due, delivered at least once, each time with a fencing token. */
@NullMarked
package dev.pawl.delay;

import org.jspecify.annotations.NullMarked;
