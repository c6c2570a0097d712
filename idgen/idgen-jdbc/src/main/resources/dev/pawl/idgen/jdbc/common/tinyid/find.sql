-- Purpose: reads a tag of tinyid's table.
-- Parameters:
--   1. biz_type: the name
-- Returns: one row (name as it is stored, last number handed out, version, delta, id of the row), or none where the tag is
--          unknown
-- Atomic: the whole statement; reads only.
SELECT biz_type, max_id, version, delta, id
  FROM tiny_id_info
 WHERE biz_type = ?;
