/** The shortest program with a lock, a fence and ids. */
@NullMarked
package dev.pawl.samples.quickstart;

import org.jspecify.annotations.NullMarked;
