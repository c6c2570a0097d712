/** Layouts of time-ordered ids: which bits of an id mean what. */
@NullMarked
package dev.pawl.idgen.layout;

import org.jspecify.annotations.NullMarked;
