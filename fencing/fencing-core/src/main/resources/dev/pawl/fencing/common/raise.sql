-- Purpose: writes the marks of a resource, whose row this transaction has locked.
-- Parameters:
--   1. issuer: who counts, in percent-encoding
--   2. floor_mark: the least number that is not stale
--   3. top_mark: the highest number that has entered
--   4. resource: the name in percent-encoding
-- Returns: 1 row changed
-- Atomic: the whole statement.
UPDATE pawl_fence
   SET issuer     = ?,
       floor_mark = ?,
       top_mark   = ?,
       updated_at = CURRENT_TIMESTAMP
 WHERE resource = ?;
