/** Segment ids: plain numbers from ranges reserved in a store. */
@NullMarked
package dev.pawl.idgen.segment;

import org.jspecify.annotations.NullMarked;
