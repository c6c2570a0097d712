/** A connection to etcd: messages of its protocol as jetcd has compiled them, over gRPC. */
@NullMarked
package dev.pawl.etcd;

import org.jspecify.annotations.NullMarked;
