/**
 * Tests for those who write a backend, and a clock that tests move. The kits are abstract JUnit classes: a backend's test
 * extends one and says how its stores are opened.
 */
@NullMarked
package dev.pawl.testkit;

import org.jspecify.annotations.NullMarked;
