/** Locks in ZooKeeper. */
@NullMarked
package dev.pawl.lock.zookeeper;

import org.jspecify.annotations.NullMarked;
