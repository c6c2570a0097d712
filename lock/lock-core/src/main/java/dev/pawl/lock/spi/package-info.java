/** What a store must offer so that locks can be kept in it. Users of locks need nothing of it but what a backend promises. */
@NullMarked
package dev.pawl.lock.spi;

import org.jspecify.annotations.NullMarked;
