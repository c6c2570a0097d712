/** A fence guard for data in Redis: the marks lie in the slot of the data, and the check is one script with the effect. */
@NullMarked
package dev.pawl.fencing.redis;

import org.jspecify.annotations.NullMarked;
