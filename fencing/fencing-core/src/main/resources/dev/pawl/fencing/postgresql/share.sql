-- Purpose: reads the marks of a resource and keeps them as they are until the transaction ends.
-- Parameters:
--   1. resource: the name in percent-encoding
-- Returns: one row (issuer, floor mark, top mark, format version), or none where the resource is new
-- Atomic: the whole statement; it waits for who changes the row and then sees what they wrote, and not for other readers.
SELECT issuer, floor_mark, top_mark, format_version
  FROM pawl_fence
 WHERE resource = ?
   FOR SHARE;
