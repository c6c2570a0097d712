/** Locks in one SQL table: PostgreSQL, MariaDB, MySQL and H2. */
@NullMarked
package dev.pawl.lock.jdbc;

import org.jspecify.annotations.NullMarked;
