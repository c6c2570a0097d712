/** The port to Redis on Lettuce: alone, behind Sentinel, or as a Cluster. */
@NullMarked
package dev.pawl.redis.lettuce;

import org.jspecify.annotations.NullMarked;
