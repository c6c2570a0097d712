/** Stores that need no server: in memory and in a local file. */
@NullMarked
package dev.pawl.idgen.store;

import org.jspecify.annotations.NullMarked;
