-- Purpose: reads a tag's mark.
-- Parameters:
--   1. tag: the name
-- Returns: one row (mark, format version), or none where the tag was never raised
-- Atomic: the whole statement; reads only.
SELECT mark, format_version
  FROM pawl_witness
 WHERE tag = ?;
