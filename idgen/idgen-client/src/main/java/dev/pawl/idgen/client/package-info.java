/** Segments leased from the id service over HTTP, so that an id costs no round trip. */
@NullMarked
package dev.pawl.idgen.client;

import org.jspecify.annotations.NullMarked;
