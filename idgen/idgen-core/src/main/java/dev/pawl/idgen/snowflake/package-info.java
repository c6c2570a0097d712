/** Time-ordered ids: the snowflake engine for every layout, sonyflake's among them, and its worker leases. */
@NullMarked
package dev.pawl.idgen.snowflake;

import org.jspecify.annotations.NullMarked;
