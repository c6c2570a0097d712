/** Real servers for tests, as processes that can be paused and killed, and a proxy that cuts connections. */
@NullMarked
package dev.pawl.servers;

import org.jspecify.annotations.NullMarked;
