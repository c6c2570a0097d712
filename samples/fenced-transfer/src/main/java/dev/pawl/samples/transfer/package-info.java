/** Money under a lock, with a holder that is paused past its lease: with a fence and without. */
@NullMarked
package dev.pawl.samples.transfer;

import org.jspecify.annotations.NullMarked;
