-- Purpose: reads tags in the order of their names' code points.
-- Parameters:
--   1. after: the name behind which the list begins, empty for the beginning
--   2. limit: how many at most
-- Returns: rows (name, mark, greatest number, reset or null, 1 if paused else 0, revision, format version)
-- Atomic: the whole statement; reads only.
SELECT tag, last_id, max_id, reset_period, paused, revision, format_version
  FROM pawl_segment
 WHERE tag > ?
 ORDER BY tag
 LIMIT ?;
