-- Purpose: reads a tag.
-- Parameters:
--   1. tag: the name
-- Returns: one row (name, mark, greatest number, reset or null, 1 if paused else 0, revision, format version), or none
--          where the tag is unknown
-- Atomic: the whole statement; reads only.
SELECT tag, last_id, max_id, reset_period, paused, revision, format_version
  FROM pawl_segment
 WHERE tag = ?;
