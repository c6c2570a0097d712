-- Purpose: reads a tag of Leaf's table.
-- Parameters:
--   1. biz_tag: the name
-- Returns: one row (name as it is stored, next first number), or none where the tag is unknown
-- Atomic: the whole statement; reads only.
SELECT biz_tag, max_id
  FROM leaf_alloc
 WHERE biz_tag = ?;
