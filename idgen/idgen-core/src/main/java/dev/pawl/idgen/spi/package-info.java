/** What a store must do to hand out segments or to lease worker ids. */
@NullMarked
package dev.pawl.idgen.spi;

import org.jspecify.annotations.NullMarked;
