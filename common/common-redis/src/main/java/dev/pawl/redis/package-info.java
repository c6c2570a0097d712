/** What Pawl asks of Redis: scripts, messages and keys. The clients are in modules of their own. */
@NullMarked
package dev.pawl.redis;

import org.jspecify.annotations.NullMarked;
