/** Unpaid orders that are cancelled by delayed jobs, with workers that are killed and paused. */
@NullMarked
package dev.pawl.samples.orders;

import org.jspecify.annotations.NullMarked;
