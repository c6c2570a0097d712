/** Rules over all modules: what depends on what, what is public, what is published and documented. */
@NullMarked
package dev.pawl.architecture;

import org.jspecify.annotations.NullMarked;
