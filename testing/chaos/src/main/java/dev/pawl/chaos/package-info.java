/** Child processes that are killed, paused and restarted, the history of what they answered, and the checker of it. */
@NullMarked
package dev.pawl.chaos;

import org.jspecify.annotations.NullMarked;
