/** Segments reserved in a SQL table: H2 (embedded), PostgreSQL, MariaDB and MySQL. */
@NullMarked
package dev.pawl.idgen.jdbc;

import org.jspecify.annotations.NullMarked;
