/** Locks in etcd: alone, or as a cluster. */
@NullMarked
package dev.pawl.lock.etcd;

import org.jspecify.annotations.NullMarked;
