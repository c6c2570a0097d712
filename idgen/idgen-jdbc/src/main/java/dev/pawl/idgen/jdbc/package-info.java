/** Segments reserved in a SQL table: H2 (embedded) and PostgreSQL. */
@NullMarked
package dev.pawl.idgen.jdbc;

import org.jspecify.annotations.NullMarked;
