/** Fencing: the token that travels with a request, and guards that refuse a holder who has been replaced. */
@NullMarked
package dev.pawl.fencing;

import org.jspecify.annotations.NullMarked;
