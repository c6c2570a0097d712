-- Purpose: tells why a reservation found no row.
-- Parameters:
--   1. tag: the name
-- Returns: one row (greatest number, mark, format version), or none where the tag is unknown
-- Atomic: the whole statement; reads only.
SELECT max_id, last_id, format_version
  FROM pawl_segment
 WHERE tag = ?;
