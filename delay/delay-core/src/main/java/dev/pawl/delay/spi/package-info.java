/** What a store must offer so that delayed jobs can be kept in it. Users of queues need nothing of it but what a store promises. */
@NullMarked
package dev.pawl.delay.spi;

import org.jspecify.annotations.NullMarked;
