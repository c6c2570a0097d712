-- Purpose: raises a tag's mark, if it is below a range.
-- Parameters:
--   1. last: the greatest number of the range
--   2. tag: the name
--   3. first: the least number of the range
--   4. format_version: the one that we know
-- Returns: 1 row changed, or 0 where the mark is not below the range, the tag has no row, or a newer one
-- Atomic: the whole statement; it waits for others at the row and then sees what they wrote.
UPDATE pawl_witness
   SET mark       = ?,
       updated_at = CURRENT_TIMESTAMP
 WHERE tag = ?
   AND mark < ?
   AND format_version = ?;
