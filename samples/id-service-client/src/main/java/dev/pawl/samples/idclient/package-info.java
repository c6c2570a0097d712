/** A program that takes its ids from the id service in ranges. */
@NullMarked
package dev.pawl.samples.idclient;

import org.jspecify.annotations.NullMarked;
