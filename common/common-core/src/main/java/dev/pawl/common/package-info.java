/** Time, waiting and errors: what locks, ids and delayed jobs share. */
@NullMarked
package dev.pawl.common;

import org.jspecify.annotations.NullMarked;
