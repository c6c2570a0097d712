/** Payloads of delayed jobs as JSON. */
@NullMarked
package dev.pawl.delay.jackson;

import org.jspecify.annotations.NullMarked;
