/** Delayed jobs in one Redis: alone, with replicas behind Sentinel, or as a Cluster. */
@NullMarked
package dev.pawl.delay.redis;

import org.jspecify.annotations.NullMarked;
