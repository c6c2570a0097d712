/** A guard in front of data in etcd. */
@NullMarked
package dev.pawl.fencing.etcd;

import org.jspecify.annotations.NullMarked;
