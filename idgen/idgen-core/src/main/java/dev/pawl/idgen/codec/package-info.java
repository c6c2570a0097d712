/** Texts for ids that lead back to the id, and mappings that make ids unpredictable. */
@NullMarked
package dev.pawl.idgen.codec;

import org.jspecify.annotations.NullMarked;
