/** The {@code Fencing-Token} header: set on requests of the JDK's HTTP client, and checked by a servlet filter. */
@NullMarked
package dev.pawl.fencing.http;

import org.jspecify.annotations.NullMarked;
