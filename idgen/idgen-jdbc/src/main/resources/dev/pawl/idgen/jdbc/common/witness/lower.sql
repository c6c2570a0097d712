-- Purpose: lowers a tag's mark, if it is the one expected.
-- Parameters:
--   1. to: the mark to set
--   2. tag: the name
--   3. from: the mark that it must have
--   4. format_version: the one that we know
-- Returns: 1 row changed, or 0 where the mark is another one, the tag has no row, or a newer one
-- Atomic: the whole statement; it waits for others at the row and then sees what they wrote.
UPDATE pawl_witness
   SET mark       = ?,
       updated_at = CURRENT_TIMESTAMP
 WHERE tag = ?
   AND mark = ?
   AND format_version = ?;
