/** A fence guard in ZooKeeper. */
@NullMarked
package dev.pawl.fencing.zookeeper;

import org.jspecify.annotations.NullMarked;
