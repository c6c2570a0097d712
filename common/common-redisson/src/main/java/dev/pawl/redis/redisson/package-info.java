/** The port to Redis on Redisson: alone or as a Cluster. */
@NullMarked
package dev.pawl.redis.redisson;

import org.jspecify.annotations.NullMarked;
