/** The standalone id service: one process that hands out ids over HTTP. It is a program, not a library. */
@NullMarked
package dev.pawl.idgen.server;

import org.jspecify.annotations.NullMarked;
