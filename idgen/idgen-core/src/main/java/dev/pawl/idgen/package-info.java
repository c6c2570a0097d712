/** Unique 64-bit ids: what every generator does, what it guarantees, what it reports and how it fails. */
@NullMarked
package dev.pawl.idgen;

import org.jspecify.annotations.NullMarked;
