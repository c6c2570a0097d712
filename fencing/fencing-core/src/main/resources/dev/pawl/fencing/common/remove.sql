-- Purpose: forgets a resource that is no more.
-- Parameters:
--   1. resource: the name in percent-encoding
-- Returns: 1 row changed, or 0 where there was none
-- Atomic: the whole statement.
DELETE FROM pawl_fence
 WHERE resource = ?;
